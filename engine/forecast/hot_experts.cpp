#include "engine/forecast/hot_experts.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace conclave::engine
{
namespace
{

struct Candidate
{
    int layer;
    std::int32_t expert;
    std::uint64_t bytes;
    double use; ///< share of the layer's tokens
};

/// [L][E] share of a layer's tokens that choose each expert; empty for layers without.
std::vector<std::vector<double>> usesOf(const ModelBytes &model, const UsedExperts &used)
{
    std::vector<std::vector<double>> out;
    for (std::size_t layer = 0; layer < model.layers.size(); ++layer)
        out.push_back(used.trustedShares(static_cast<int>(layer), model.layers[layer].experts > 0 ? model.experts : 0, model.expertsUsed));
    return out;
}

/// The best first: most used for their bytes; those alike from the last layer back.
std::vector<Candidate> candidates(const ModelBytes &model, int from, int end, const std::vector<std::vector<double>> &uses)
{
    std::vector<Candidate> out;
    for (int layer = end - 1; layer >= from; --layer) {
        const std::vector<double> &all = uses[static_cast<std::size_t>(layer)];
        const std::uint64_t bytes = model.layers[static_cast<std::size_t>(layer)].experts / std::max<std::size_t>(all.size(), 1) + 1;
        for (std::size_t expert = 0; expert < all.size(); ++expert)
            out.push_back({layer, static_cast<std::int32_t>(expert), bytes, all[expert]});
    }
    std::stable_sort(out.begin(), out.end(), [](const Candidate &a, const Candidate &b) {
        return a.use * static_cast<double>(b.bytes) > b.use * static_cast<double>(a.bytes);
    });
    return out;
}

using Uses = std::vector<std::vector<double>>;

/// As many as fit into `budget`.
void fill(std::span<const Candidate> candidates, const Uses &uses, std::uint64_t budget, HotExperts &out)
{
    out.experts = {};
    out.bytes = 0;
    for (const Candidate &one : candidates) {
        if (out.bytes + one.bytes > budget)
            continue;
        out.bytes += one.bytes;
        out.experts.add(one.layer, one.expert);
    }
    for (std::size_t layer = 0; layer < uses.size(); ++layer) {
        const double all = std::accumulate(uses[layer].begin(), uses[layer].end(), 0.0);
        double there = 0;
        for (const std::int32_t expert : out.experts.of(static_cast<int>(layer)))
            there += uses[layer][static_cast<std::size_t>(expert)];
        out.found[layer] = all > 0 ? there / all : 0;
    }
}

/// The layer of which the card would have the least, where that is too little; -1: none.
int leastOf(const HotExperts &planned)
{
    int least = -1;
    for (std::size_t layer = 0; layer < planned.found.size(); ++layer) {
        const bool little = planned.found[layer] > 0 && planned.found[layer] < kWorthALayer;
        if (little && (least < 0 || planned.found[layer] < planned.found[static_cast<std::size_t>(least)]))
            least = static_cast<int>(layer);
    }
    return least;
}

/// What fits of the layers from .. end - 1, where it pays to divide them.
HotExperts filled(const ModelBytes &model, int from, int end, const Uses &uses, std::uint64_t budget)
{
    std::vector<Candidate> all = candidates(model, from, end, uses);
    HotExperts out;
    out.found.resize(uses.size());
    fill(all, uses, budget, out);
    for (int least = leastOf(out); least >= 0; least = leastOf(out)) {
        std::erase_if(all, [least](const Candidate &one) { return one.layer == least; });
        fill(all, uses, budget, out);
    }
    return out;
}

/// Counts in the layers that are there whole, from `whole` on.
void addWholeLayers(const ModelBytes &model, int whole, const Uses &uses, HotExperts &out)
{
    for (auto layer = static_cast<std::size_t>(whole); layer < uses.size(); ++layer)
        out.found[layer] = uses[layer].empty() ? 0 : 1;
    const int with = expertLayers(model);
    out.choices = with > 0 ? std::accumulate(out.found.begin(), out.found.end(), 0.0) / with : 0;
}

/// What fits beside `share` on its card.
HotExperts filled(const ModelBytes &model, const CardShare &share, const UsedExperts &used, std::uint64_t budget)
{
    const Uses uses = usesOf(model, used);
    const int whole = firstExpertLayer(model, share);
    HotExperts out = filled(model, static_cast<int>(model.layers.size()) - share.layers, whole, uses, budget);
    out.byUse = !used.empty();
    addWholeLayers(model, whole, uses, out);
    return out;
}

/// Both of different layers.
void join(HotExperts &out, const HotExperts &more)
{
    out.bytes += more.bytes;
    for (std::size_t layer = 0; layer < more.found.size(); ++layer) {
        for (const std::int32_t expert : more.experts.of(static_cast<int>(layer)))
            out.experts.add(static_cast<int>(layer), expert);
        out.found[layer] += more.found[layer];
    }
}

} // namespace

HotExperts planHotExperts(const ModelBytes &model, const CardNeeds &needs, CardShare &share, const UsedExperts &used)
{
    const auto left = [&](const CardShare &planned) {
        const std::uint64_t taken = planned.bytes + needs.divided;
        return needs.budget > taken ? needs.budget - taken : 0;
    };
    const bool may = !share.empty() && !share.whole && model.experts > 0;
    HotExperts best = filled(model, share, used, may ? left(share) : 0);
    if (may && !used.empty() && share.expertLayers > 0) {
        CardShare without = share;
        const auto first = static_cast<std::size_t>(firstExpertLayer(model, share));
        for (std::size_t layer = first; layer < model.layers.size(); ++layer)
            without.bytes -= model.layers[layer].experts;
        without.expertLayers = 0;
        HotExperts other = filled(model, without, used, left(without));
        if (other.choices >= kWorthDividing * best.choices) {
            share = without;
            best = std::move(other);
        }
    }
    share.bytes += best.experts.empty() ? 0 : best.bytes + needs.divided;
    return best;
}

HotExperts planHotExperts(const ModelBytes &model, CardNeeds needs, CardsPlan &plan, std::span<const std::uint64_t> budgets,
                          const UsedExperts &used)
{
    if (plan.parts.size() == 1) {
        const int card = plan.parts.front().card;
        needs.budget = budgets[static_cast<std::size_t>(card)];
        HotExperts out = planHotExperts(model, needs, plan.share, used);
        plan.parts.front() = onlyPart(model, plan.share);
        plan.parts.front().card = card;
        return out;
    }
    const Uses uses = usesOf(model, used);
    const int whole = firstExpertLayer(model, plan.share);
    HotExperts out;
    out.byUse = !used.empty();
    out.found.resize(uses.size());
    for (CardPart &part : plan.parts) {
        const std::uint64_t taken = part.bytes + needs.divided;
        const std::uint64_t budget = budgets[static_cast<std::size_t>(part.card)];
        const HotExperts here =
            filled(model, part.begin, std::min(part.end, whole), uses, budget > taken && model.experts > 0 ? budget - taken : 0);
        part.bytes += here.experts.empty() ? 0 : here.bytes + needs.divided;
        plan.share.bytes += here.experts.empty() ? 0 : here.bytes + needs.divided;
        join(out, here);
    }
    addWholeLayers(model, whole, uses, out);
    return out;
}

} // namespace conclave::engine
