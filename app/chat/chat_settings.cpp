#include "app/chat/chat_settings.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr int kMaxTokensLimit = 1'000'000;

double numberIn(const QJsonObject &json, const char *key, double otherwise, double least, double most)
{
    const double value = json[QLatin1String(key)].toDouble(otherwise);
    return std::isfinite(value) ? std::clamp(value, least, most) : otherwise;
}

/// Rounded: a float of 0.7 is not written as 0.699999988.
double decimal(float value)
{
    return std::round(double(value) * 1000) / 1000;
}

} // namespace

ChatSettings ChatSettings::fromJson(const QByteArray &text)
{
    const QJsonObject json = QJsonDocument::fromJson(text).object();
    ChatSettings out;
    out.systemPrompt = json["systemPrompt"].toString();
    out.model = json["model"].toString();
    engine::Sampling &sampling = out.sampling;
    sampling.temperature = float(numberIn(json, "temperature", decimal(sampling.temperature), 0, 2));
    sampling.topK = int(numberIn(json, "topK", sampling.topK, 0, 1000));
    sampling.topP = float(numberIn(json, "topP", decimal(sampling.topP), 0.01, 1));
    sampling.minP = float(numberIn(json, "minP", decimal(sampling.minP), 0, 1));
    sampling.repetitionPenalty = float(numberIn(json, "repetitionPenalty", decimal(sampling.repetitionPenalty), 1, 2));
    bool isSeed = false;
    sampling.seed = json["seed"].toString().toULongLong(&isSeed); // as text: a double holds 53 bits only
    out.fixedSeed = isSeed;
    out.maxTokens = int(numberIn(json, "maxTokens", out.maxTokens, 1, kMaxTokensLimit));
    return out;
}

QByteArray ChatSettings::toJson() const
{
    const ChatSettings usual;
    QJsonObject json;
    const auto put = [&json](const char *key, const QJsonValue &value, const QJsonValue &otherwise) {
        if (value != otherwise)
            json[QLatin1String(key)] = value;
    };
    put("systemPrompt", systemPrompt, QString());
    put("model", model, QString());
    put("temperature", decimal(sampling.temperature), decimal(usual.sampling.temperature));
    put("topK", sampling.topK, usual.sampling.topK);
    put("topP", decimal(sampling.topP), decimal(usual.sampling.topP));
    put("minP", decimal(sampling.minP), decimal(usual.sampling.minP));
    put("repetitionPenalty", decimal(sampling.repetitionPenalty), decimal(usual.sampling.repetitionPenalty));
    put("maxTokens", maxTokens, usual.maxTokens);
    if (fixedSeed)
        json["seed"] = QString::number(sampling.seed);
    return json.isEmpty() ? QByteArray() : QJsonDocument(json).toJson(QJsonDocument::Compact);
}

} // namespace conclave::app
