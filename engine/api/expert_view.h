#pragma once

#include "engine/api/types.h"

#include <chrono>
#include <cstdint>
#include <vector>

/// How the experts of a mixture work on an answer, for people to look at. Plain values.
namespace conclave::engine
{

enum class ExpertPlace
{
    kNone,     ///< the layer has no experts
    kMapped,   ///< in the mapped file: the first touch may read the disk
    kDevice,   ///< in the device's own memory
    kStreamed, ///< on disk, the most used in memory: see ExpertTraffic
};

/// One layer over the tokens computed for an answer, those of its prompt included.
struct ExpertLayerView
{
    ExpertPlace place = ExpertPlace::kNone;
    std::uint64_t bytes = 0;          ///< of all its experts
    std::vector<std::uint8_t> onCard; ///< [E] 1: a card has it; empty: it has none of the layer
    int cardExperts = 0;              ///< how many it has
    double inMemory = -1;             ///< kMapped, by samples, and kStreamed: share of the others that lies in memory; below 0: not known
    std::uint64_t tokens = 0;         ///< that passed the router
    std::vector<std::uint32_t> text;  ///< [E] text tokens that each expert got
    std::vector<std::uint32_t> image; ///< [E] tokens of pictures
    std::vector<std::int32_t> last;   ///< experts of the last token, best first
    double utilisation = 0;           ///< normalised entropy of the load
    double idleCompute = 0;           ///< 1 - mean load / maximum load
    double meanExperts = 0;           ///< for a token
    double margin = 0;                ///< router margin on average: by how much the last chosen expert beat the first rejected one
    bool warning = false;             ///< see ExpertWarning
};

/// All layers; the figures are means over those that have experts and got tokens.
struct ExpertView
{
    int experts = 0; ///< E, the most of all layers; 0: a dense model
    std::vector<ExpertLayerView> layers;
    std::uint64_t textTokens = 0;
    std::uint64_t imageTokens = 0; ///< of pictures that stand in the sequence
    double utilisation = 0;
    double idleCompute = 0;
    double meanExperts = 0;
    double margin = 0;
    ExpertTraffic traffic; ///< since the model was loaded
    int learnt = 0;        ///< tokens of this session that what is usual is known from,
    int learning = 0;      ///< and how many that takes; before, there are no warnings
    std::vector<ExpertWarning> warnings;
    std::chrono::steady_clock::time_point placesSeen{}; ///< when ExpertLayerView::inMemory was looked at
};

} // namespace conclave::engine
