#include "app/chat/figure_words.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QStringList>

namespace conclave::app
{
namespace
{

/// Three digits that count: 0.0123, 1.23, 123.
QString figureText(double value)
{
    int digits = 0;
    for (double size = value; digits < 6 && size > 0 && size < 100; size *= 10)
        ++digits;
    return QLocale().toString(value, 'f', digits);
}

QString sourceInWords(const QString &source)
{
    if (source == QLatin1String("processor"))
        return QCoreApplication::translate("Figures", "processor");
    if (source == QLatin1String("cards"))
        return QCoreApplication::translate("Figures", "graphics cards");
    if (source == QLatin1String("processor and cards"))
        return QCoreApplication::translate("Figures", "processor and graphics cards");
    return QCoreApplication::translate("Figures", "whole machine, from its battery");
}

QString energyInWords(const QJsonObject &energy)
{
    if (!energy.contains(QLatin1String("joules")))
        return energy["locked"].toBool()
                   ? QCoreApplication::translate("Figures",
                                                 "not measurable here: the system lets only the administrator read the processor's counter")
                   : QCoreApplication::translate("Figures", "not measurable here");
    QString out = QCoreApplication::translate("Figures", "%1 J").arg(figureText(energy["answerJoules"].toDouble()));
    if (energy.contains(QLatin1String("joulesPerToken")))
        out += QStringLiteral(", ") +
               QCoreApplication::translate("Figures", "%1 J a token").arg(figureText(energy["joulesPerToken"].toDouble()));
    out += QStringLiteral(" · ") + sourceInWords(energy["source"].toString()) + QStringLiteral(" · ");
    if (!energy.contains(QLatin1String("idleJoules")))
        return out + QCoreApplication::translate("Figures", "what the machine takes idly is contained: it was not measured yet");
    return out + QCoreApplication::translate("Figures", "%1 J that the machine takes idly were subtracted")
                     .arg(figureText(energy["idleJoules"].toDouble()));
}

QString apiPrices()
{
    QStringList prices;
    for (const double price : kApiPrices)
        prices << QStringLiteral("$") + QLocale().toString(price, 'f', 2);
    return prices.join(QStringLiteral(", "));
}

QString costInWords(const QJsonObject &energy, const ElectricityPrice &price)
{
    if (!price.known())
        return QCoreApplication::translate("Figures", "say in the settings what electricity costs you");
    const double cost = costPerMillionTokens(energy["joulesPerToken"].toDouble(), price);
    return QCoreApplication::translate("Figures", "%1 %2 of electricity; API prices of April 2026: %3")
        .arg(figureText(cost), price.currency, apiPrices());
}

} // namespace

QVector<FigureLine> figureLines(const QByteArray &figures, const ElectricityPrice &price)
{
    const QJsonObject json = QJsonDocument::fromJson(figures).object();
    QVector<FigureLine> out;
    const QLocale locale;
    const double rate = json["tokensPerSecond"].toDouble();
    if (rate > 0)
        out.append(
            {QCoreApplication::translate("Figures", "Speed"), QCoreApplication::translate("Figures", "%1 tokens/s").arg(figureText(rate))});
    if (const double first = json["firstTokenSeconds"].toDouble(); first > 0)
        out.append({QCoreApplication::translate("Figures", "First token"),
                    first < 0.1 ? QCoreApplication::translate("Figures", "after %1 ms").arg(figureText(first * 1e3))
                                : QCoreApplication::translate("Figures", "after %1 s").arg(figureText(first))});
    if (const int tokens = json["generatedTokens"].toInt(); tokens > 0)
        out.append({QCoreApplication::translate("Figures", "Tokens"),
                    QCoreApplication::translate("Figures", "%1 read, of these %2 known from before; %3 written")
                        .arg(locale.toString(json["promptTokens"].toInt()), locale.toString(json["cachedTokens"].toInt()),
                             locale.toString(tokens))});
    if (const double memory = json["memoryBytes"].toDouble(); memory > 0)
        out.append(
            {QCoreApplication::translate("Figures", "Memory"), locale.formattedDataSize(qint64(memory), 2, QLocale::DataSizeSIFormat)});
    if (!json.contains(QLatin1String("energy"))) // an answer of an older version
        return out;
    const QJsonObject energy = json["energy"].toObject();
    out.append({QCoreApplication::translate("Figures", "Energy"), energyInWords(energy)});
    if (energy.contains(QLatin1String("joulesPerToken")))
        out.append({QCoreApplication::translate("Figures", "A million tokens"), costInWords(energy, price)});
    return out;
}

} // namespace conclave::app
