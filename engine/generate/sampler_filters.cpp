#include "engine/generate/sampler_filters.h"

#include "engine/generate/mass_filter.h"

#include <cmath>

namespace conclave::engine
{
namespace
{

/// Probabilities of candidates, normalised over them.
struct Softmax
{
    explicit Softmax(const Candidates &candidates) : highest(highestLogit(candidates)), total(totalWeight(candidates, highest)) {}

    double probability(const Candidate &candidate) const { return relativeWeight(candidate.logit, highest) / total; }
    /// -log p, also where p underflows.
    double surprise(const Candidate &candidate) const
    {
        return std::log(total) - (static_cast<double>(candidate.logit) - static_cast<double>(highest));
    }

    float highest;
    double total;
};

double entropy(const Candidates &candidates, const Softmax &softmax)
{
    double sum = 0;
    for (const Candidate &candidate : candidates) {
        const double p = softmax.probability(candidate);
        if (p > 0)
            sum += p * softmax.surprise(candidate);
    }
    return sum;
}

} // namespace

/// Collects what beats the worst of the best `count` seen so far, in place; whenever twice as many have come together, the worse half
/// goes. The bar rises quickly, so that nearly all tokens cost one comparison.
void keepTopK(Candidates &candidates, int count)
{
    if (count <= 0 || static_cast<std::size_t>(count) >= candidates.size())
        return;
    const auto wanted = static_cast<std::size_t>(count);
    const std::size_t room = std::max<std::size_t>(2 * wanted, 256);
    const auto select = [&](std::size_t held) {
        const auto begin = candidates.begin();
        std::nth_element(begin, begin + static_cast<std::ptrdiff_t>(wanted - 1), begin + static_cast<std::ptrdiff_t>(held), isBetter);
    };
    std::size_t held = 0;
    bool full = false;
    Candidate bar{};
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Candidate candidate = candidates[i];
        if (full && !isBetter(candidate, bar))
            continue;
        candidates[held++] = candidate;
        if (held == room) {
            select(held);
            bar = candidates[wanted - 1];
            held = wanted;
            full = true;
        }
    }
    if (held > wanted)
        select(held);
    candidates.resize(wanted);
    std::sort(candidates.begin(), candidates.end(), isBetter);
}

void keepTypical(Candidates &candidates, float mass)
{
    if (!(mass > 0 && mass < 1) || candidates.empty())
        return;
    const Softmax softmax(candidates);
    const double typical = entropy(candidates, softmax);
    const double zero = std::log(softmax.total) + static_cast<double>(softmax.highest) - typical;
    const auto distance = [=](const Candidate &each) { return std::abs(zero - static_cast<double>(each.logit)); };
    MassFilter(distance, softmax.highest).keep(candidates, static_cast<double>(mass));
}

void keepTopP(Candidates &candidates, float mass)
{
    if (!(mass < 1) || candidates.empty())
        return;
    const float highest = highestLogit(candidates);
    const auto below = [=](const Candidate &each) { return static_cast<double>(highest) - static_cast<double>(each.logit); };
    MassFilter(below, highest).keep(candidates, static_cast<double>(mass));
}

void keepMinP(Candidates &candidates, float share)
{
    if (!(share > 0) || candidates.empty())
        return;
    const float highest = highestLogit(candidates);
    const double least = std::min(1.0, static_cast<double>(share));
    std::erase_if(candidates, [=](const Candidate &candidate) { return relativeWeight(candidate.logit, highest) < least; });
}

void excludeTopChoices(Candidates &candidates, float threshold)
{
    if (!(threshold > 0 && threshold <= 0.5F) || candidates.size() < 2)
        return;
    const Softmax softmax(candidates);
    const auto isTop = [&](const Candidate &candidate) { return softmax.probability(candidate) >= static_cast<double>(threshold); };
    const Candidate *least = nullptr;
    for (const Candidate &candidate : candidates) {
        if (isTop(candidate) && (least == nullptr || isBetter(*least, candidate)))
            least = &candidate;
    }
    if (least == nullptr)
        return;
    const TokenId kept = least->id;
    std::erase_if(candidates, [&](const Candidate &candidate) { return candidate.id != kept && isTop(candidate); });
}

} // namespace conclave::engine
