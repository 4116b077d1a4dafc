#pragma once

#include "engine/api/forecast.h"

#include <cstdint>

/// What of a model lies where in the memory there is.
namespace conclave::engine
{

/// Bytes of a divided model that are on its card and take no memory.
struct OnCard
{
    std::uint64_t weights = 0; ///< all but routed experts, projector included
    std::uint64_t experts = 0;
    std::uint64_t context = 0;
};

/// Everything but the routed experts comes first: it is used for every token. Experts get what is left.
struct MemoryPlan
{
    std::uint64_t memoryBytes = 0; ///< that the model may take
    std::uint64_t otherBytes = 0;  ///< of it, for all but experts: weights, context, working memory
    std::uint64_t expertBytes = 0; ///< that all experts take which are not on a card
    std::uint64_t heldBytes = 0;   ///< of these, that there is memory for
    bool streams = false;          ///< experts come from disk as they are chosen; else all are in memory, or the system decides

    double heldShare() const { return expertBytes > 0 ? static_cast<double>(heldBytes) / static_cast<double>(expertBytes) : 1; }
};

/// `memoryBytes` 0: not known, then nothing streams. Models without experts never do.
MemoryPlan planMemory(const ModelFootprint &footprint, int contextTokens, std::uint64_t memoryBytes, const OnCard &card = {});

/// EngineOptions::memoryBytes, or what is free less something for everybody else; 0: not known.
std::uint64_t memoryFor(const EngineOptions &options);

} // namespace conclave::engine
