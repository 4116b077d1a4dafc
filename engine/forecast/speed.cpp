#include "engine/api/forecast.h"

#include <algorithm>
#include <cmath>
#include <utility>

/// From what a model must do and what a machine can do to seconds: a token's weights at the speed of their types, the context at the speed
/// of attention, and the start and end of every op.
namespace conclave::engine
{
namespace
{

constexpr double kDecisiveShare = 0.03;
constexpr int kChunk = 512; // tokens of a prompt that are computed at once

double sum(const ModelFootprint &footprint, double WeightWork::*what)
{
    double all = 0;
    for (const WeightWork &one : footprint.weights)
        all += one.*what;
    return all;
}

/// Speed for a type: its own, or that of the slowest known one, which never promises too much.
double speedOf(const MachineSpeed &machine, const std::string &type, double MachineSpeed::Type::*which)
{
    if (const MachineSpeed::Type *own = machine.find(type); own != nullptr && own->*which > 0)
        return own->*which;
    double slowest = 0;
    for (const MachineSpeed::Type &one : machine.types) {
        if (one.*which > 0 && (slowest == 0 || one.*which < slowest))
            slowest = one.*which;
    }
    return slowest;
}

/// Adds amount / speed; an unknown speed makes the sum unknown.
void addTime(double amount, double speed, double &seconds, bool &known)
{
    if (amount <= 0)
        return;
    known = known && speed > 0;
    seconds += speed > 0 ? amount / speed : 0;
}

/// Seconds an operation takes with `tokens` that share a weight. Each weight is fetched and unpacked once, which they share, and then
/// multiplied with each of them: between two numbers of tokens that were measured, time is a straight line over 1 / tokens.
double sharedSeconds(const MachineSpeed &machine, const std::string &type, double tokens)
{
    using Type = MachineSpeed::Type;
    struct Point
    {
        double share, seconds;
    };
    std::vector<Point> points;
    for (const auto &[count, which] : {std::pair(MachineSpeed::kProbeTokens, &Type::denseOperations),
                                       std::pair(MachineSpeed::kProbeTokensOfExpert, &Type::expertOperations),
                                       std::pair(MachineSpeed::kFewTokensOfExpert, &Type::fewExpertOperations)}) {
        if (const double speed = speedOf(machine, type, which); speed > 0)
            points.push_back({1.0 / count, 1 / speed});
    }
    if (points.empty())
        return 0;
    const double share = 1 / tokens;
    std::size_t i = 1;
    while (i + 1 < points.size() && share > points[i].share)
        ++i;
    if (points.size() == 1)
        return points[0].seconds;
    const double slope = std::max(0.0, (points[i].seconds - points[i - 1].seconds) / (points[i].share - points[i - 1].share));
    return std::max(points[i].seconds + slope * (share - points[i].share), points[0].seconds / 2);
}

/// Likewise of a type of keys and values.
double contextSpeed(const MachineSpeed &machine, const std::string &type, double MachineSpeed::Context::*which)
{
    if (const MachineSpeed::Context *own = machine.findContext(type); own != nullptr && own->*which > 0)
        return own->*which;
    double slowest = 0;
    for (const MachineSpeed::Context &one : machine.contexts) {
        if (one.*which > 0 && (slowest == 0 || one.*which < slowest))
            slowest = one.*which;
    }
    return slowest;
}

/// Seconds of a pass beside matrices and context.
double smallSeconds(const SmallWork &small, const MachineSpeed &machine, double tokens, double position)
{
    const auto time = [tokens](double amount, double speed) { return speed > 0 ? amount * tokens / speed : 0; };
    double seconds = small.ops * machine.opSeconds + time(small.values, machine.smallValues) +
                     time(small.routerLogits, machine.routerLogits) + time(small.streamValues, machine.streamValues);
    if (const MachineSpeed::Type *floats = machine.find("F32"); floats != nullptr) // rows are chosen by products of floats
        seconds += time(small.rowOperations * position, floats->denseOperations);
    return seconds;
}

/// Seconds in which a query at `position` reads the context.
double attentionSeconds(const ModelFootprint &footprint, const MachineSpeed &machine, double position)
{
    double seconds = 0;
    const double speed = contextSpeed(machine, footprint.contextType, &MachineSpeed::Context::operations);
    for (const ContextWork &one : footprint.context) {
        const double seen = one.window > 0 ? std::min<double>(position, one.window) : position;
        double time = 0;
        if (machine.readBytes > 0)
            time = one.bytes * seen / machine.readBytes;
        if (speed > 0)
            time = std::max(time, one.operations * seen / speed);
        seconds += time;
    }
    return seconds;
}

} // namespace

const MachineSpeed::Type *MachineSpeed::find(const std::string &type) const
{
    const auto found = std::find_if(types.begin(), types.end(), [&](const Type &one) { return one.type == type; });
    return found == types.end() ? nullptr : &*found;
}

const MachineSpeed::Context *MachineSpeed::findContext(const std::string &type) const
{
    const auto found = std::find_if(contexts.begin(), contexts.end(), [&](const Context &one) { return one.type == type; });
    return found == contexts.end() ? nullptr : &*found;
}

double MachineSpeed::scatterSeconds(double span) const
{
    if (narrowBytes <= 0 || wideBytes <= 0 || wideBytes >= narrowBytes || span <= kNarrowSpan || wideSpan <= kNarrowSpan)
        return 0;
    const double share = std::min(1.0, std::log(span / kNarrowSpan) / std::log(wideSpan / kNarrowSpan));
    return share * (1 / wideBytes - 1 / narrowBytes);
}

MachineNeeds needsOf(const ModelFootprint &footprint, const std::filesystem::path &file)
{
    const double all = sum(footprint, &WeightWork::denseBytes) + sum(footprint, &WeightWork::expertBytes);
    MachineNeeds needs;
    for (const WeightWork &one : footprint.weights) {
        // Routers and hyper-connections are few bytes, but products of floats, which take longest.
        if (one.denseBytes + one.expertBytes > kDecisiveShare * all || (one.type == "F32" && one.denseParameters > 0))
            needs.types.push_back(one.type);
    }
    needs.contexts = {footprint.contextType};
    needs.file = file;
    return needs;
}

double decodeSeconds(const ModelFootprint &footprint, const MachineSpeed &machine, int position)
{
    double seconds = 0;
    bool known = true;
    // Until an expert is chosen again, perhaps all others are read; what every token reads comes again soon.
    const double scattered = machine.scatterSeconds(static_cast<double>(footprint.expertBytes));
    for (const WeightWork &one : footprint.weights) {
        addTime(one.denseBytes, speedOf(machine, one.type, &MachineSpeed::Type::denseBytes), seconds, known);
        addTime(one.expertBytes, speedOf(machine, one.type, &MachineSpeed::Type::expertBytes), seconds, known);
        seconds += one.expertBytes * (scattered + machine.mappedExpertSeconds) + one.denseBytes * machine.mappedDenseSeconds;
    }
    seconds += attentionSeconds(footprint, machine, position) + smallSeconds(footprint.small, machine, 1, position);
    return known ? seconds : 0;
}

double prefillSeconds(const ModelFootprint &footprint, const MachineSpeed &machine, int tokens)
{
    double seconds = 0;
    bool known = true;
    const double together = std::clamp(tokens, 1, kChunk);
    const int chunks = (tokens + kChunk - 1) / kChunk;
    const double ofExpert =
        footprint.model.experts > 0 ? std::max(1.0, together * footprint.model.expertsUsed / footprint.model.experts) : together;
    // A chunk reads every expert that one of its tokens chose, and most are chosen by one.
    const double scattered = machine.scatterSeconds(static_cast<double>(footprint.expertBytes));
    const double perToken = footprint.model.experts > 0 ? static_cast<double>(footprint.model.expertsUsed) / footprint.model.experts : 0;
    seconds += static_cast<double>(footprint.expertBytes) * (scattered + machine.mappedExpertSeconds) *
               (1 - std::pow(1 - perToken, together)) * chunks;
    for (const WeightWork &one : footprint.weights) {
        for (const auto &[parameters, sharers] : {std::pair(one.denseParameters, together), std::pair(one.expertParameters, ofExpert)}) {
            if (parameters <= 0)
                continue;
            const double each = sharedSeconds(machine, one.type, sharers);
            known = known && each > 0;
            seconds += 2 * parameters * tokens * each;
        }
        addTime(one.outputBytes, speedOf(machine, one.type, &MachineSpeed::Type::denseBytes), seconds, known);
    }
    // Every query sees half of the prompt on average.
    double attention = 0;
    for (const ContextWork &one : footprint.context)
        attention += one.operations * (one.window > 0 ? std::min<double>(tokens / 2.0, one.window) : tokens / 2.0) * tokens;
    if (const double speed = contextSpeed(machine, footprint.contextType, &MachineSpeed::Context::promptOperations); speed > 0)
        seconds += attention / speed;
    seconds += smallSeconds(footprint.small, machine, tokens, tokens / 2.0) + (chunks - 1) * footprint.small.ops * machine.opSeconds;
    return known ? seconds : 0;
}

} // namespace conclave::engine
