#include "engine/api/forecast.h"

#include <algorithm>

/// From what a model must do and what a machine can do to seconds: a token's weights at the speed of their types, the context at the speed
/// of attention, and the start and end of every op.
namespace conclave::engine
{
namespace
{

constexpr double kOpsPerLayer = 12;
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

/// Operations a second with `tokens` that share a weight. Each weight is unpacked once, which they share, and then multiplied with each of
/// them: two unknowns, which the two measurements tell.
double sharedSpeed(const MachineSpeed &machine, const std::string &type, double tokens)
{
    const double many = speedOf(machine, type, &MachineSpeed::Type::denseOperations);
    const double few = speedOf(machine, type, &MachineSpeed::Type::expertOperations);
    if (many <= 0 || few <= 0)
        return std::max(many, few);
    constexpr double kFew = 1.0 / MachineSpeed::kProbeTokensOfExpert;
    constexpr double kMany = 1.0 / MachineSpeed::kProbeTokens;
    const double unpacking = std::max(0.0, (1 / few - 1 / many) / (kFew - kMany));
    return 1 / std::max(1 / many + unpacking * (1 / tokens - kMany), 0.5 / many);
}

/// Seconds in which a query at `position` reads the context.
double attentionSeconds(const ModelFootprint &footprint, const MachineSpeed &machine, double position)
{
    double seconds = 0;
    for (const ContextWork &one : footprint.context) {
        const double seen = one.window > 0 ? std::min<double>(position, one.window) : position;
        double time = 0;
        if (machine.attentionBytes > 0)
            time = one.bytes * seen / machine.attentionBytes;
        if (machine.attentionOperations > 0)
            time = std::max(time, one.operations * seen / machine.attentionOperations);
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

std::vector<std::string> decisiveTypes(const ModelFootprint &footprint)
{
    const double all = sum(footprint, &WeightWork::denseBytes) + sum(footprint, &WeightWork::expertBytes);
    std::vector<std::string> types;
    for (const WeightWork &one : footprint.weights) {
        if (one.denseBytes + one.expertBytes > kDecisiveShare * all)
            types.push_back(one.type);
    }
    return types;
}

double decodeSeconds(const ModelFootprint &footprint, const MachineSpeed &machine, int position)
{
    double seconds = 0;
    bool known = true;
    for (const WeightWork &one : footprint.weights) {
        addTime(one.denseBytes, speedOf(machine, one.type, &MachineSpeed::Type::denseBytes), seconds, known);
        addTime(one.expertBytes, speedOf(machine, one.type, &MachineSpeed::Type::expertBytes), seconds, known);
    }
    seconds += attentionSeconds(footprint, machine, position) + footprint.layers * kOpsPerLayer * machine.opSeconds;
    return known ? seconds : 0;
}

double prefillSeconds(const ModelFootprint &footprint, const MachineSpeed &machine, int tokens)
{
    double seconds = 0;
    bool known = true;
    const double together = std::clamp(tokens, 1, kChunk);
    const double ofExpert =
        footprint.model.experts > 0 ? std::max(1.0, together * footprint.model.expertsUsed / footprint.model.experts) : together;
    for (const WeightWork &one : footprint.weights) {
        addTime(2 * one.denseParameters * tokens, sharedSpeed(machine, one.type, together), seconds, known);
        addTime(2 * one.expertParameters * tokens, sharedSpeed(machine, one.type, ofExpert), seconds, known);
    }
    // Every query sees half of the prompt on average.
    double attention = 0;
    for (const ContextWork &one : footprint.context)
        attention += one.operations * (one.window > 0 ? std::min<double>(tokens / 2.0, one.window) : tokens / 2.0) * tokens;
    if (machine.promptAttention > 0)
        seconds += attention / machine.promptAttention;
    const int chunks = (tokens + kChunk - 1) / kChunk;
    seconds += chunks * footprint.layers * kOpsPerLayer * machine.opSeconds;
    return known ? seconds : 0;
}

} // namespace conclave::engine
