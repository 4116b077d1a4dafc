#include "app/library/forecast.h"

#include "app/size_text.h"
#include "app/text_of.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr int kShortContext = 256;
constexpr int kUsefulContext = 1024; // less is of little use
constexpr int kPrompt = 512;

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

/// Of a mixture of experts everything but these must be in memory, and what one token needs of them.
quint64 leastBytes(const engine::ModelFootprint &footprint, int contextTokens)
{
    const quint64 own = footprint.ownBytes(contextTokens);
    if (footprint.expertCount == 0)
        return own;
    return footprint.weightBytes + footprint.projectorBytes + own + footprint.slotBytes * quint64(footprint.model.expertsUsed);
}

QString tooLargeReason(const engine::ModelFootprint &footprint, quint64 least, quint64 budget)
{
    const QString reason =
        footprint.expertCount > 0
            ? QCoreApplication::translate("Forecast",
                                          "It needs %1 of memory even without most of its experts, and this machine has %2 for it.")
            : QCoreApplication::translate("Forecast", "It needs %1 of memory even without its weights, and this machine has %2 for it.");
    return reason.arg(sizeText(least), sizeText(budget));
}

void judge(ModelForecast &out, const engine::ModelFootprint &footprint)
{
    if (out.memoryBytes <= out.budgetBytes) {
        out.verdict = ModelForecast::Verdict::kRuns;
        return;
    }
    const quint64 missing = out.memoryBytes - out.budgetBytes;
    if (out.mostContext >= kUsefulContext)
        out.remedies << QCoreApplication::translate("Forecast", "A context of %1 tokens instead of %2 would fit.")
                            .arg(out.mostContext)
                            .arg(out.contextTokens);
    if (double(missing) < 0.7 * double(footprint.mappedBytes()))
        out.remedies << QCoreApplication::translate("Forecast", "A file of the same model with fewer bits, at most %1, would fit.")
                            .arg(sizeText(footprint.mappedBytes() - missing));
    out.remedies << QCoreApplication::translate("Forecast", "A machine with %1 of memory would hold all of it.")
                        .arg(sizeText(quint64(std::ceil(double(out.memoryBytes) / 0.92))));
    const quint64 least = leastBytes(footprint, std::min(kUsefulContext, footprint.model.contextTokens));
    if (least > out.budgetBytes) {
        out.verdict = ModelForecast::Verdict::kTooLarge;
        out.tokensPerSecond = out.fullTokensPerSecond = out.promptPerSecond = 0;
        out.reason = tooLargeReason(footprint, least, out.budgetBytes);
        return;
    }
    out.verdict = ModelForecast::Verdict::kSlow;
    out.reason =
        QCoreApplication::translate(
            "Forecast",
            "It takes %1, and this machine has %2 for it: %3 of the weights must be read from disk again and again, which is slow.")
            .arg(sizeText(out.memoryBytes), sizeText(out.budgetBytes), sizeText(std::min<quint64>(missing, footprint.mappedBytes())));
}

/// Where it was not tried what routers choose: each expert is as likely as another, and a prompt chooses all of them. Those of the layer
/// under way are all held at once; what remains of the room is the others'.
engine::ExpertShares evenShares(const engine::ModelFootprint &footprint, int held)
{
    const double share = double(held) / footprint.expertCount;
    const int ofLayer = footprint.model.experts;
    const bool others = held >= ofLayer && footprint.expertCount > ofLayer;
    return {share, share, 1 - (others ? double(held - ofLayer) / (footprint.expertCount - ofLayer) : share)};
}

} // namespace

quint64 usualBudget(quint64 memoryBytes, quint64 limitBytes)
{
    // Of a machine the system and other programs have their part; of a limit what loading leaves free, and this program without a model.
    constexpr quint64 kLeastSpare = quint64(1) << 30;
    constexpr quint64 kOwn = quint64(256) << 20;
    const auto less = [](quint64 all, quint64 spare) { return all > spare ? all - spare : 0; };
    const quint64 budget = less(memoryBytes, std::max(kLeastSpare, memoryBytes / 12));
    return limitBytes > 0 ? std::min(budget, less(limitBytes, kOwn)) : budget;
}

DiskReads diskReads(const engine::ModelFootprint &footprint, quint64 missingBytes, const engine::ExpertTrial &trial)
{
    double dense = 0;
    double expert = 0;
    for (const engine::WeightWork &one : footprint.weights) {
        dense += one.denseBytes;
        expert += one.expertBytes;
    }
    DiskReads out;
    out.fits = missingBytes == 0;
    out.held = footprint.expertCount;
    if (!out.fits && footprint.expertCount > 0) { // everything else is in memory
        const quint64 left = footprint.expertBytes - std::min<quint64>(missingBytes, footprint.expertBytes);
        out.held = footprint.expertsIn(left);
        const engine::ExpertShares shares =
            trial.rooms.empty() ? evenShares(footprint, out.held) : trial.at(double(out.held) / footprint.expertCount);
        out.found = shares.found;
        out.token = expert * (1 - shares.found);
        out.prompt = double(footprint.expertBytes) * shares.prompt;
        // A layer waits unless all experts that a token chose in it are there.
        const double layers = double(footprint.expertCount) / std::max(1, footprint.model.experts);
        out.tokenWaits = layers * (1 - std::pow(shares.found, footprint.model.expertsUsed));
        out.promptWaits = out.prompt > 0 ? layers : 0;
        return out;
    }
    // Tables are pushed out first: of them a token reads a row.
    const double missing = std::max(0.0, double(missingBytes) - double(footprint.tableBytes));
    out.token = out.prompt = std::min(missing, dense);
    return out;
}

quint64 heldBytes(const engine::ModelFootprint &footprint, quint64 wholeBytes, const DiskReads &reads)
{
    if (reads.fits || footprint.expertCount == 0)
        return wholeBytes;
    return wholeBytes - std::min<quint64>(wholeBytes, footprint.expertBytes) + quint64(reads.held) * footprint.slotBytes;
}

ModelPace::ModelPace(const engine::ModelFootprint &footprint, const engine::MachineSpeed &machine, const DiskReads &reads,
                     engine::DiskSpeed disk)
    : m_footprint(footprint), m_machine(machine), m_reads(reads), m_disk(disk)
{
    if (!reads.fits && footprint.expertBytes > 0)
        m_machine.wideBytes = m_machine.mappedExpertSeconds = m_machine.mappedDenseSeconds = 0; // nothing is mapped
}

/// A layer waits for its experts before it computes.
double ModelPace::withDisk(double seconds, double bytes, double waits) const
{
    if (m_reads.fits || seconds <= 0)
        return seconds;
    return m_disk.bytes > 0 ? seconds + bytes / m_disk.bytes + waits * m_disk.waitSeconds : 0;
}

double ModelPace::answerSeconds(int position) const
{
    return withDisk(engine::decodeSeconds(m_footprint, m_machine, position), m_reads.token, m_reads.tokenWaits);
}

double ModelPace::promptSeconds(int tokens) const
{
    const int chunks = (tokens + kPrompt - 1) / kPrompt;
    return withDisk(engine::prefillSeconds(m_footprint, m_machine, tokens), m_reads.prompt * chunks, m_reads.promptWaits * chunks);
}

ModelForecast forecastOf(const engine::ModelFootprint &footprint, const engine::MachineSpeed &machine, const ForecastRequest &request)
{
    ModelForecast out;
    out.footprint = footprint;
    out.device = textOf(machine.device);
    out.contextTokens = std::clamp(request.contextTokens, 1, std::max(1, footprint.model.contextTokens));
    out.budgetBytes = request.budgetBytes > 0 ? request.budgetBytes : usualBudget(machine.memoryBytes, machine.limitBytes);
    out.memoryBytes = footprint.mappedBytes() + footprint.ownBytes(out.contextTokens);
    out.mostContext = mostContext(footprint, out.budgetBytes);
    const quint64 missing = out.memoryBytes > out.budgetBytes ? out.memoryBytes - out.budgetBytes : 0;
    const quint64 onDisk = std::min<quint64>(missing, footprint.mappedBytes());
    // Experts are what is read least often: they are the first to be pushed out.
    const quint64 expertsOnDisk = std::min<quint64>(onDisk, footprint.expertBytes);
    using Kind = ForecastPart::Kind;
    using Place = ForecastPart::Place;
    const bool streams = missing > 0 && footprint.expertBytes > 0; // then all is read into memory of its own
    const Place there = streams ? Place::kMemory : Place::kMapped;
    addPart(out, Kind::kWeights, there, footprint.weightBytes - std::min<quint64>(footprint.weightBytes, onDisk - expertsOnDisk));
    addPart(out, Kind::kWeights, Place::kDisk, std::min<quint64>(footprint.weightBytes, onDisk - expertsOnDisk));
    addPart(out, Kind::kExperts, there, footprint.expertBytes - expertsOnDisk);
    addPart(out, Kind::kExperts, Place::kDisk, expertsOnDisk);
    addPart(out, Kind::kContext, Place::kMemory, footprint.contextBytes(out.contextTokens));
    addPart(out, Kind::kVision, Place::kMapped, footprint.projectorBytes);
    addPart(out, Kind::kVision, Place::kMemory, footprint.pictureBytes);
    addPart(out, Kind::kWork, Place::kMemory, footprint.workBytes + footprint.vocabularyBytes);
    const ModelPace pace(footprint, machine, diskReads(footprint, missing, request.trial), request.disk);
    out.tokensPerSecond = perSecond(pace.answerSeconds(std::min(kShortContext, out.contextTokens)));
    out.fullTokensPerSecond = perSecond(pace.answerSeconds(out.contextTokens));
    out.promptPerSecond = perSecond(pace.promptSeconds(kPrompt), kPrompt);
    judge(out, footprint);
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
