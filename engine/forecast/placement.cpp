#include "engine/forecast/placement.h"

#include "engine/base/available_memory.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

/// Left to the rest of the program and of the system: at least this, and this share of what is free.
constexpr std::uint64_t kLeastFree = std::uint64_t{192} << 20;
constexpr std::uint64_t kFreeShare = 32;

} // namespace

std::uint64_t memoryFor(const EngineOptions &options)
{
    if (options.memoryBytes > 0)
        return options.memoryBytes;
    const std::uint64_t free = availableMemoryBytes();
    const std::uint64_t others = std::max(kLeastFree, free / kFreeShare);
    return free > others ? free - others : free;
}

MemoryPlan planMemory(const ModelFootprint &footprint, int contextTokens, std::uint64_t memoryBytes, const OnCard &card)
{
    const auto less = [](std::uint64_t all, std::uint64_t part) { return all > part ? all - part : 0; };
    MemoryPlan plan;
    plan.memoryBytes = memoryBytes;
    plan.otherBytes =
        less(footprint.weightBytes + footprint.projectorBytes + footprint.ownBytes(contextTokens), card.weights + card.context);
    plan.expertBytes = less(footprint.expertBytes, card.experts);
    const std::uint64_t left = less(memoryBytes, plan.otherBytes);
    plan.streams = memoryBytes > 0 && plan.expertBytes > left;
    plan.heldBytes = plan.streams ? left : plan.expertBytes;
    return plan;
}

} // namespace conclave::engine
