#include "app/chat/figures_json.h"

#include "app/text_of.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace conclave::app
{

namespace
{

constexpr auto kEdited = "edited"; // beside the reasons of stopReasonName() and "failed"

QString energySourceName(engine::EnergySource source)
{
    switch (source) {
    case engine::EnergySource::kProcessor:
        return QStringLiteral("processor");
    case engine::EnergySource::kCards:
        return QStringLiteral("cards");
    case engine::EnergySource::kProcessorAndCards:
        return QStringLiteral("processor and cards");
    case engine::EnergySource::kBattery:
        return QStringLiteral("battery");
    case engine::EnergySource::kNone:
        break;
    }
    return QStringLiteral("none");
}

/// What was not measured is absent.
QJsonObject energyJson(const AnswerEnergy &energy, int tokens)
{
    QJsonObject out{{"source", energySourceName(energy.source)}};
    if (energy.locked)
        out["locked"] = true;
    if (!energy.known())
        return out;
    out["joules"] = energy.joules;
    if (energy.idleJoules >= 0)
        out["idleJoules"] = energy.idleJoules;
    out["answerJoules"] = energy.answerJoules();
    if (tokens > 0)
        out["joulesPerToken"] = energy.answerJoules() / tokens;
    return out;
}

} // namespace

QString stopReasonName(engine::StopReason reason)
{
    switch (reason) {
    case engine::StopReason::kStopString:
        return QStringLiteral("stop string");
    case engine::StopReason::kLength:
        return QStringLiteral("length");
    case engine::StopReason::kCancelled:
        return QStringLiteral("cancelled");
    case engine::StopReason::kEndOfAnswer:
        break;
    }
    return QStringLiteral("end");
}

QByteArray toolCallsJson(const std::vector<engine::ToolCall> &calls)
{
    if (calls.empty())
        return {};
    QJsonArray out;
    for (const engine::ToolCall &call : calls)
        out.append(QJsonObject{{"id", textOf(call.id)}, {"name", textOf(call.name)}, {"arguments", textOf(call.arguments)}});
    return QJsonDocument(out).toJson(QJsonDocument::Compact);
}

QJsonObject trafficJson(const engine::ExpertTraffic &traffic)
{
    return QJsonObject{{"called", double(traffic.called)},       {"found", double(traffic.found)},
                       {"foretold", double(traffic.foretold)},   {"readAhead", double(traffic.readAhead)},
                       {"bytesRead", double(traffic.bytesRead)}, {"secondsWaited", traffic.secondsWaited},
                       {"divided", double(traffic.divided)},     {"onCard", double(traffic.onCard)}};
}

QByteArray figuresJson(const AnswerEnd &end)
{
    const engine::Statistics &figures = end.statistics;
    QJsonObject out{
        {"promptTokens", figures.promptTokens},
        {"cachedTokens", figures.cachedTokens},
        {"generatedTokens", figures.generatedTokens},
        {"imagesEncoded", figures.imagesEncoded},
        {"imageSeconds", figures.imageTime.count()},
        {"firstTokenSeconds", end.last.firstTokenSeconds},
        {"prefillSeconds", figures.prefillTime.count()},
        {"decodeSeconds", figures.decodeTime.count()},
        {"tokensPerSecond", figures.decodeRate()},
        {"bytesPerToken", double(figures.bytesPerToken)},
        {"memoryBytes", double(figures.memoryBytes ? figures.memoryBytes : end.last.memoryBytes)},
        {"expertUtilisation", figures.expertUtilisation},
        {"idleCompute", figures.idleCompute},
        {"meanExperts", figures.meanExperts},
        {"energy", energyJson(end.energy, figures.generatedTokens)},
        {"reason", end.failed ? QStringLiteral("failed") : stopReasonName(end.reason)},
    };
    if (figures.expertTraffic.called + figures.expertTraffic.divided > 0)
        out["experts"] = trafficJson(figures.expertTraffic);
    if (end.failed)
        out["error"] = end.error;
    return QJsonDocument(out).toJson(QJsonDocument::Compact);
}

QByteArray editedFiguresJson()
{
    return QJsonDocument(QJsonObject{{"reason", QLatin1String(kEdited)}}).toJson(QJsonDocument::Compact);
}

bool saysEdited(const QByteArray &figures)
{
    return QJsonDocument::fromJson(figures).object()["reason"] == QLatin1String(kEdited);
}

QJsonObject pricedFigures(const QByteArray &figures, const ElectricityPrice &price)
{
    QJsonObject out = QJsonDocument::fromJson(figures).object();
    const QJsonValue perToken = out["energy"].toObject()["joulesPerToken"];
    if (!perToken.isDouble() || !price.known())
        return out;
    QJsonArray dollars;
    for (const double each : kApiPrices)
        dollars.append(each);
    out["cost"] = QJsonObject{{"perMillionTokens", costPerMillionTokens(perToken.toDouble(), price)},
                              {"currency", price.currency},
                              {"perKilowattHour", price.perKilowattHour},
                              {"apiDollars", dollars}};
    return out;
}

} // namespace conclave::app
