#pragma once

#include "engine/forecast/cards_plan.h"
#include "engine/moe/expert_set.h"
#include "engine/moe/used_experts.h"

#include <cstdint>
#include <vector>

/// Which experts a card gets one by one.
namespace conclave::engine
{

struct HotExperts
{
    ExpertSet experts;              ///< of layers that are not on the card whole
    std::uint64_t bytes = 0;        ///< that they take there, working memory apart
    std::vector<double> found = {}; ///< [L] share of a layer's choices that the card computes; 1 for those that are there whole
    double choices = 0;             ///< share of the choices of all layers
    bool byUse = false;             ///< by what earlier sessions chose
};

/// What `share`, which has all layers that it is to have, leaves of the budget goes to single experts of these; share.bytes grows by them.
///
/// Where earlier sessions are known, those come that were chosen most often for their bytes, of all layers alike. Then whole layers may be
/// the worse choice: of a layer that is there whole, most bytes are of experts that are seldom wanted. So `share` gives its whole layers
/// back where their memory holds kWorthDividing times as many choices otherwise. (A layer that is there whole has another merit: the card
/// goes on without the host, which reads no choices and gets no activations.) Where nothing is known, experts are all alike, and whole
/// layers are best: what is left goes to the next layer, so that few layers are computed on both sides. A layer is not divided for less
/// than kWorthALayer of its choices.
HotExperts planHotExperts(const ModelBytes &model, const CardNeeds &needs, CardShare &share, const UsedExperts &used);

/// The same for a plan over cards with these budgets. Of several cards each gets single experts of its own layers into what its part
/// leaves, and whole layers stay as they were planned.
HotExperts planHotExperts(const ModelBytes &model, CardNeeds needs, CardsPlan &plan, std::span<const std::uint64_t> budgets,
                          const UsedExperts &used);

inline constexpr double kWorthDividing = 1.1;
inline constexpr double kWorthALayer = 0.05;

} // namespace conclave::engine
