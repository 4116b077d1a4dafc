#include "app/chat/figures_json.h"

#include "app/text_of.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace conclave::app
{

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

QByteArray figuresJson(const AnswerEnd &end)
{
    const engine::Statistics &figures = end.statistics;
    QJsonObject out{
        {"promptTokens", figures.promptTokens},
        {"cachedTokens", figures.cachedTokens},
        {"generatedTokens", figures.generatedTokens},
        {"imagesEncoded", figures.imagesEncoded},
        {"imageSeconds", figures.imageTime.count()},
        {"prefillSeconds", figures.prefillTime.count()},
        {"decodeSeconds", figures.decodeTime.count()},
        {"tokensPerSecond", figures.decodeRate()},
        {"bytesPerToken", double(figures.bytesPerToken)},
        {"memoryBytes", double(figures.memoryBytes ? figures.memoryBytes : end.last.memoryBytes)},
        {"expertUtilisation", figures.expertUtilisation},
        {"idleCompute", figures.idleCompute},
        {"meanExperts", figures.meanExperts},
        {"reason", end.failed ? QStringLiteral("failed") : stopReasonName(end.reason)},
    };
    if (end.failed)
        out["error"] = end.error;
    return QJsonDocument(out).toJson(QJsonDocument::Compact);
}

} // namespace conclave::app
