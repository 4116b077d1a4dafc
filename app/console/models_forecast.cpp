#include "app/chart/number_text.h"
#include "app/console/models_command.h"
#include "app/console/terminal.h"
#include "app/library/forecast.h"
#include "app/library/forecast_log.h"
#include "app/library/machine_store.h"
#include "app/library/trial_store.h"
#include "app/paths.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace conclave::app
{
namespace
{

QString gigabytes(double bytes)
{
    return roundedText(bytes / 1e9, 2) + QStringLiteral(" GB");
}

QString line(const QString &name, const QString &value)
{
    return name.leftJustified(22) + printable(value) + u'\n';
}

QString rateText(double rate)
{
    return rate > 0 ? roundedText(rate, 1) + QStringLiteral(" tokens/s") : QStringLiteral("not known");
}

QString partPlace(ForecastPart::Place place)
{
    switch (place) {
    case ForecastPart::Place::kMemory:
        return QStringLiteral("memory");
    case ForecastPart::Place::kMapped:
        return QStringLiteral("mapped");
    case ForecastPart::Place::kDisk:
        break;
    }
    return QStringLiteral("disk");
}

QString textOfForecast(const ModelForecast &forecast, const std::optional<ForecastOutcome> &outcome)
{
    QString out = line(QStringLiteral("verdict"), verdictName(forecast.verdict));
    if (!forecast.reason.isEmpty())
        out += line(QString(), forecast.reason);
    for (const QString &remedy : forecast.remedies)
        out += line(QString(), remedy);
    if (forecast.verdict == ModelForecast::Verdict::kRefused)
        return out;
    out += line(QStringLiteral("memory"), QStringLiteral("%1 of %2 with %3 tokens of context")
                                              .arg(gigabytes(double(forecast.memoryBytes)), gigabytes(double(forecast.budgetBytes)))
                                              .arg(forecast.contextTokens));
    for (const ForecastPart &part : forecast.parts)
        out +=
            line(QStringLiteral("  ") + partName(part.kind), gigabytes(double(part.bytes)) + QStringLiteral(", ") + placeName(part.place));
    out += line(QStringLiteral("longest context"), QStringLiteral("%1 tokens").arg(forecast.mostContext));
    out += line(QStringLiteral("answers"),
                rateText(forecast.tokensPerSecond) +
                    (forecast.fullTokensPerSecond > 0 ? QStringLiteral(", %1 at a full context").arg(rateText(forecast.fullTokensPerSecond))
                                                      : QString()));
    out += line(QStringLiteral("reads prompts"), rateText(forecast.promptPerSecond));
    out += line(QStringLiteral("device"), forecast.device);
    if (outcome)
        out += line(QStringLiteral("last answer"), QStringLiteral("%1 (forecast %2), %3 (forecast %4)")
                                                       .arg(rateText(outcome->speed), rateText(outcome->forecastSpeed),
                                                            gigabytes(double(outcome->bytes)), gigabytes(double(outcome->forecastBytes))));
    return out;
}

QJsonObject toJson(const ModelForecast &forecast, const std::optional<ForecastOutcome> &outcome)
{
    QJsonArray parts;
    for (const ForecastPart &part : forecast.parts)
        parts.append(QJsonObject{{"part", partName(part.kind)}, {"place", partPlace(part.place)}, {"bytes", double(part.bytes)}});
    const auto known = [](double value) { return value > 0 ? QJsonValue(value) : QJsonValue(); };
    QJsonObject out{{"verdict", verdictName(forecast.verdict)},
                    {"reason", forecast.reason},
                    {"remedies", QJsonArray::fromStringList(forecast.remedies)},
                    {"device", forecast.device},
                    {"contextTokens", forecast.contextTokens},
                    {"longestContext", forecast.mostContext},
                    {"memoryBytes", double(forecast.memoryBytes)},
                    {"budgetBytes", double(forecast.budgetBytes)},
                    {"bytesPerToken", forecast.footprint.bytesRead(0)},
                    {"tableBytes", double(forecast.footprint.tableBytes)},
                    {"parts", parts},
                    {"tokensPerSecond", known(forecast.tokensPerSecond)},
                    {"tokensPerSecondAtFullContext", known(forecast.fullTokensPerSecond)},
                    {"promptTokensPerSecond", known(forecast.promptPerSecond)}};
    if (outcome)
        out["lastAnswer"] = QJsonObject{{"tokensPerSecond", outcome->speed},
                                        {"forecastTokensPerSecond", known(outcome->forecastSpeed)},
                                        {"memoryBytes", double(outcome->bytes)},
                                        {"forecastMemoryBytes", double(outcome->forecastBytes)}};
    return out;
}

} // namespace

int modelsForecastCommand(const Arguments &arguments)
{
    if (arguments.models.check)
        return modelsCheckCommand(arguments);
    const QString &file = arguments.files.front();
    engine::EngineOptions options;
    if (arguments.bench.eightBitContext)
        options.context = engine::ContextPrecision::kEightBit;
    options.projector = std::filesystem::path(arguments.projector.toStdU16String());
    const std::filesystem::path path(file.toStdU16String());
    auto footprint = engine::modelFootprint(path, options);
    ModelForecast forecast;
    if (footprint) {
        MachineStore machine(dataFolder());
        if (const auto learnt = machine.learn(engine::needsOf(*footprint, path)); !learnt)
            printError(QString::fromStdString(learnt.error().message));
        ForecastRequest request;
        if (arguments.models.contextTokens > 0)
            request.contextTokens = arguments.models.contextTokens;
        request.budgetBytes = quint64(arguments.models.memoryGigabytes * 1e9);
        if (forecastOf(*footprint, machine.speed(), request).verdict != ModelForecast::Verdict::kRuns) {
            machine.learnDisk(file, *footprint);
            if (auto trial = TrialStore(dataFolder()).learn(file, *footprint))
                request.trial = std::move(*trial);
        }
        request.disk = machine.disk(*footprint);
        forecast = forecastOf(*footprint, machine.speed(), request);
    } else {
        forecast = refusedForecast(footprint.error());
    }
    const ForecastLog log(dataFolder());
    const auto outcome = log.latest(file);
    printOut(arguments.json ? QString::fromUtf8(QJsonDocument(toJson(forecast, outcome)).toJson()) : textOfForecast(forecast, outcome));
    return forecast.verdict == ModelForecast::Verdict::kRefused ? kExitFailed : kExitDone;
}

} // namespace conclave::app
