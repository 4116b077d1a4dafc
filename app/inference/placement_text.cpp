#include "app/inference/placement_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace conclave::app
{
namespace
{

/// Experts that are neither on the card nor all of them in memory.
QString streamedText(const engine::Placement &placement)
{
    const int held = static_cast<int>(100 * placement.expertsHeld);
    return (placement.cardExpertLayers + placement.cardExperts == 0
                ? QCoreApplication::translate("Placement", "experts from disk, %1 % of them held in memory")
                : QCoreApplication::translate("Placement", "other experts from disk, %1 % of them held in memory"))
        .arg(held);
}

/// Single experts beside those of whole layers; what share of the calls they get is known from what earlier answers called alone.
QString singleExpertsText(const engine::Placement &placement)
{
    const auto share = static_cast<int>(100 * placement.cardChoices);
    if (placement.cardExpertLayers == 0)
        return placement.cardExpertsByUse ? QCoreApplication::translate("Placement", "the %1 most used experts, too: %2 % of all calls")
                                                .arg(placement.cardExperts)
                                                .arg(share)
                                          : QCoreApplication::translate("Placement", "%1 experts, too").arg(placement.cardExperts);
    const QString text = placement.cardExpertsByUse
                             ? QCoreApplication::translate(
                                   "Placement", "experts of %1 of %2 layers and the %3 most used of the others, too: %4 % of all calls")
                             : QCoreApplication::translate("Placement", "experts of %1 of %2 layers and %3 others, too");
    const QString counted = text.arg(placement.cardExpertLayers).arg(placement.expertLayers).arg(placement.cardExperts);
    return placement.cardExpertsByUse ? counted.arg(share) : counted;
}

QString expertText(const engine::Placement &placement)
{
    if (placement.cardExperts > 0)
        return singleExpertsText(placement);
    if (placement.cardExpertLayers == 0)
        return QCoreApplication::translate("Placement", "experts in memory");
    if (placement.cardExpertLayers == placement.expertLayers)
        return QCoreApplication::translate("Placement", "experts, too");
    return QCoreApplication::translate("Placement", "experts of %1 of %2 layers, too")
        .arg(placement.cardExpertLayers)
        .arg(placement.expertLayers);
}

/// "GeForce RTX 3090" of "CUDA (GeForce RTX 3090, 8.6)": the rest of a device's name is for those who look for it.
QString shortName(const std::string &device)
{
    const QString name = QString::fromStdString(device);
    const qsizetype begin = name.indexOf(QLatin1Char('(')) + 1;
    int open = 0;
    for (qsizetype i = begin; begin > 0 && i < name.size(); ++i) {
        const QChar c = name[i];
        if (open == 0 && (c == QLatin1Char(',') || c == QLatin1Char(')')))
            return name.mid(begin, i - begin);
        open += c == QLatin1Char('(') ? 1 : c == QLatin1Char(')') ? -1 : 0;
    }
    return name;
}

/// "20 on GeForce RTX 3090 (17.2 GB), 6 on GeForce RTX 3060 (5.1 GB)"; cards of one name are numbered.
QString cardsText(const engine::Placement &placement)
{
    QStringList names;
    for (const engine::PlacedCard &card : placement.cards)
        names << shortName(card.name);
    QStringList parts;
    for (qsizetype i = 0; i < names.size(); ++i) {
        const engine::PlacedCard &card = placement.cards[static_cast<std::size_t>(i)];
        const QString name =
            names.count(names[i]) > 1 ? QStringLiteral("%1 #%2").arg(names[i]).arg(names.first(i + 1).count(names[i])) : names[i];
        parts << QCoreApplication::translate("Placement", "%1 on %2 (%3)")
                     .arg(QString::number(card.layers), name,
                          QLocale().formattedDataSize(static_cast<qint64>(card.bytes), 1, QLocale::DataSizeSIFormat));
    }
    return parts.join(QStringLiteral(", "));
}

QString layersText(const engine::Placement &placement)
{
    const QString layers = QString::number(placement.cardLayers);
    const QString all = QString::number(placement.layers);
    if (placement.cards.size() == 1)
        return (placement.picturesOnCard ? QCoreApplication::translate("Placement", "%1 of %2 layers and vision on the card")
                                         : QCoreApplication::translate("Placement", "%1 of %2 layers on the card"))
            .arg(layers, all);
    return (placement.picturesOnCard ? QCoreApplication::translate("Placement", "%1 of %2 layers and vision on cards, %3")
                                     : QCoreApplication::translate("Placement", "%1 of %2 layers on cards, %3"))
        .arg(layers, all, cardsText(placement));
}

} // namespace

QString placementText(const engine::Placement &placement)
{
    if (!placement.onCards())
        return {};
    QStringList parts;
    if (placement.whole) {
        parts << QCoreApplication::translate("Placement", "the whole model on the card");
    } else {
        parts << layersText(placement);
        if (placement.expertLayers > 0 && (!placement.streams || placement.cardExpertLayers + placement.cardExperts > 0))
            parts << expertText(placement);
        if (placement.streams)
            parts << streamedText(placement);
    }
    if (placement.decodeRate > 0)
        parts << QCoreApplication::translate("Placement", "expected %1 tokens/s")
                     .arg(QLocale().toString(placement.decodeRate, 'f', placement.decodeRate < 10 ? 1 : 0));
    return parts.join(QStringLiteral("; "));
}

} // namespace conclave::app
