#include "app/library/forecast.h"

#include "app/text_of.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr int kShortContext = 256;
constexpr int kUsefulContext = 1024; // less is of little use
constexpr int kPrompt = 512;

QString sizeText(quint64 bytes)
{
    return QLocale().formattedDataSize(qint64(bytes), 1, QLocale::DataSizeSIFormat);
}

double perSecond(double seconds, double tokens = 1)
{
    return seconds > 0 ? tokens / seconds : 0;
}

void addPart(ModelForecast &out, ForecastPart::Kind kind, ForecastPart::Place place, quint64 bytes)
{
    if (bytes > 0)
        out.parts.append({kind, place, bytes});
}

/// Longest context, in steps of 256, that leaves room for everything else.
int mostContext(const engine::ModelFootprint &footprint, quint64 budget)
{
    constexpr int kStep = 256;
    int low = 0;
    int high = footprint.model.contextTokens / kStep;
    while (low < high) {
        const int middle = (low + high + 1) / 2;
        if (footprint.mappedBytes() + footprint.ownBytes(middle * kStep) <= budget)
            low = middle;
        else
            high = middle - 1;
    }
    return low * kStep;
}

/// Of what a token reads, the share that lacks room comes from disk.
double diskSeconds(const engine::ModelFootprint &footprint, double diskBytes, quint64 missing)
{
    double read = 0;
    for (const engine::WeightWork &one : footprint.weights)
        read += one.denseBytes + one.expertBytes;
    const double all = double(footprint.mappedBytes());
    return all > 0 && diskBytes > 0 ? read * double(missing) / all / diskBytes : 0;
}

void judge(ModelForecast &out, const engine::ModelFootprint &footprint, double diskBytes, double decode)
{
    const quint64 own = footprint.ownBytes(out.contextTokens);
    const quint64 least = footprint.ownBytes(std::min(kUsefulContext, footprint.model.contextTokens));
    if (out.memoryBytes <= out.budgetBytes) {
        out.verdict = ModelForecast::Verdict::kRuns;
        return;
    }
    const QString needs = sizeText(out.memoryBytes);
    const QString has = sizeText(out.budgetBytes);
    if (out.mostContext >= kUsefulContext)
        out.remedies << QCoreApplication::translate("Forecast", "A context of %1 tokens instead of %2 would fit.")
                            .arg(out.mostContext)
                            .arg(out.contextTokens);
    const double denser = double(footprint.mappedBytes()) + double(own) - double(out.budgetBytes);
    if (denser > 0 && denser < 0.7 * double(footprint.mappedBytes()))
        out.remedies << QCoreApplication::translate("Forecast", "A file of the same model with fewer bits, at most %1, would fit.")
                            .arg(sizeText(footprint.mappedBytes() - quint64(denser)));
    out.remedies << QCoreApplication::translate("Forecast", "A machine with %1 of memory would hold all of it.")
                        .arg(sizeText(quint64(std::ceil(double(out.memoryBytes) / 0.92))));
    if (own > out.budgetBytes && least > out.budgetBytes) {
        out.verdict = ModelForecast::Verdict::kTooLarge;
        out.tokensPerSecond = out.fullTokensPerSecond = out.promptPerSecond = 0;
        out.reason =
            QCoreApplication::translate("Forecast", "It needs %1 of memory even without its weights, and this machine has %2 for it.")
                .arg(sizeText(least), has);
        return;
    }
    out.verdict = ModelForecast::Verdict::kSlow;
    const quint64 missing = out.memoryBytes - out.budgetBytes;
    const double disk = diskSeconds(footprint, diskBytes, missing);
    out.tokensPerSecond = decode > 0 && disk > 0 ? 1 / (decode + disk) : 0;
    out.fullTokensPerSecond = 0;
    out.promptPerSecond = 0;
    out.reason =
        QCoreApplication::translate(
            "Forecast",
            "It takes %1, and this machine has %2 for it: %3 of the weights must be read from disk again and again, which is slow.")
            .arg(needs, has, sizeText(std::min<quint64>(missing, footprint.mappedBytes())));
}

} // namespace

quint64 usualBudget(quint64 memoryBytes)
{
    constexpr quint64 kLeastSpare = quint64(1) << 30;
    const quint64 spare = std::max(kLeastSpare, memoryBytes / 12);
    return memoryBytes > spare ? memoryBytes - spare : 0;
}

ModelForecast forecastOf(const engine::ModelFootprint &footprint, const engine::MachineSpeed &machine, const ForecastRequest &request)
{
    ModelForecast out;
    out.footprint = footprint;
    out.device = textOf(machine.device);
    out.contextTokens = std::clamp(request.contextTokens, 1, std::max(1, footprint.model.contextTokens));
    out.budgetBytes = request.budgetBytes > 0 ? request.budgetBytes : usualBudget(machine.memoryBytes);
    out.memoryBytes = footprint.mappedBytes() + footprint.ownBytes(out.contextTokens);
    out.mostContext = mostContext(footprint, out.budgetBytes);
    const quint64 missing = out.memoryBytes > out.budgetBytes ? out.memoryBytes - out.budgetBytes : 0;
    const quint64 onDisk = std::min<quint64>(missing, footprint.mappedBytes());
    // Experts are what is read least often: they are the first to be pushed out.
    const quint64 expertsOnDisk = std::min<quint64>(onDisk, footprint.expertBytes);
    using Kind = ForecastPart::Kind;
    using Place = ForecastPart::Place;
    addPart(out, Kind::kWeights, Place::kMapped, footprint.weightBytes - std::min<quint64>(footprint.weightBytes, onDisk - expertsOnDisk));
    addPart(out, Kind::kWeights, Place::kDisk, std::min<quint64>(footprint.weightBytes, onDisk - expertsOnDisk));
    addPart(out, Kind::kExperts, Place::kMapped, footprint.expertBytes - expertsOnDisk);
    addPart(out, Kind::kExperts, Place::kDisk, expertsOnDisk);
    addPart(out, Kind::kContext, Place::kMemory, footprint.contextBytes(out.contextTokens));
    addPart(out, Kind::kVision, Place::kMapped, footprint.projectorBytes);
    addPart(out, Kind::kVision, Place::kMemory, footprint.pictureBytes);
    addPart(out, Kind::kWork, Place::kMemory, footprint.workBytes + footprint.vocabularyBytes);
    const double decode = engine::decodeSeconds(footprint, machine, std::min(kShortContext, out.contextTokens));
    out.tokensPerSecond = perSecond(decode);
    out.fullTokensPerSecond = perSecond(engine::decodeSeconds(footprint, machine, out.contextTokens));
    out.promptPerSecond = perSecond(engine::prefillSeconds(footprint, machine, kPrompt), kPrompt);
    judge(out, footprint, request.diskBytes, decode);
    return out;
}

ModelForecast refusedForecast(const engine::Error &error)
{
    ModelForecast out;
    out.reason = textOf(error.message);
    using engine::ErrorCode;
    if (error.code == ErrorCode::kUnsupportedArchitecture || error.code == ErrorCode::kUnsupportedType)
        out.remedies << QCoreApplication::translate(
            "Forecast", "A model of the catalogue would run: all of them are of families that this version knows.");
    else if (error.code != ErrorCode::kFileNotFound && error.code != ErrorCode::kFileUnreadable)
        out.remedies << QCoreApplication::translate("Forecast", "The same file fetched anew, or another conversion of the model, may run.");
    return out;
}

QString partName(ForecastPart::Kind kind)
{
    switch (kind) {
    case ForecastPart::Kind::kWeights:
        return QCoreApplication::translate("Forecast", "Weights");
    case ForecastPart::Kind::kExperts:
        return QCoreApplication::translate("Forecast", "Experts");
    case ForecastPart::Kind::kContext:
        return QCoreApplication::translate("Forecast", "Context");
    case ForecastPart::Kind::kVision:
        return QCoreApplication::translate("Forecast", "Vision");
    case ForecastPart::Kind::kWork:
        break;
    }
    return QCoreApplication::translate("Forecast", "Working memory");
}

QString placeName(ForecastPart::Place place)
{
    switch (place) {
    case ForecastPart::Place::kMemory:
        return QCoreApplication::translate("Forecast", "memory");
    case ForecastPart::Place::kMapped:
        return QCoreApplication::translate("Forecast", "memory, from the file");
    case ForecastPart::Place::kDisk:
        break;
    }
    return QCoreApplication::translate("Forecast", "disk");
}

QString verdictName(ModelForecast::Verdict verdict)
{
    switch (verdict) {
    case ModelForecast::Verdict::kRuns:
        return QStringLiteral("runs");
    case ModelForecast::Verdict::kSlow:
        return QStringLiteral("slow");
    case ModelForecast::Verdict::kTooLarge:
        return QStringLiteral("too large");
    case ModelForecast::Verdict::kRefused:
        break;
    }
    return QStringLiteral("refused");
}

} // namespace conclave::app
