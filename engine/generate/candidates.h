#pragma once

#include "engine/text/tokenizer.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

/// The tokens that may still be chosen, and how to find the best of them without sorting all.
namespace conclave::engine
{

/// The logit of a token that can't be chosen.
inline constexpr float kImpossibleLogit = -std::numeric_limits<float>::infinity();

struct Candidate
{
    float logit; ///< finite
    TokenId id;
};
using Candidates = std::vector<Candidate>;

/// The higher logit first; of equal ones the lower id, so that the order never depends on how it was found.
inline bool isBetter(const Candidate &a, const Candidate &b)
{
    return a.logit != b.logit ? a.logit > b.logit : a.id < b.id;
}

/// The best of `candidates`, which must not be empty.
inline const Candidate &bestOf(const Candidates &candidates)
{
    return *std::min_element(candidates.begin(), candidates.end(), isBetter);
}

/// exp(logit - highest). What is smaller than 2^-72 of the highest counts as nothing: over any vocabulary that stays below double's
/// rounding, and exp need not be computed for most tokens.
inline double relativeWeight(float logit, float highest)
{
    const double below = static_cast<double>(logit) - static_cast<double>(highest);
    return below < -50.0 ? 0.0 : std::exp(below);
}

/// Sum of the weights relative to `highest`.
inline double totalWeight(const Candidates &candidates, float highest)
{
    double total = 0;
    for (const Candidate &candidate : candidates)
        total += relativeWeight(candidate.logit, highest);
    return total;
}

/// Sorts the first `count` by `before`; the others lie behind them in any order.
template <typename Before>
void sortFirst(Candidates &candidates, std::size_t from, std::size_t count, Before before)
{
    const auto begin = candidates.begin() + static_cast<std::ptrdiff_t>(from);
    const auto middle = candidates.begin() + static_cast<std::ptrdiff_t>(std::min(std::max(count, from), candidates.size()));
    if (middle != candidates.end())
        std::nth_element(begin, middle, candidates.end(), before);
    std::sort(begin, middle, before);
}

/// Keeps the shortest beginning, in the order of `before`, whose weights reach `share` of the total; at least one. Sorts only as many as
/// that takes, in growing steps.
template <typename Before>
void keepMass(Candidates &candidates, double share, Before before)
{
    if (candidates.empty())
        return;
    const float highest = bestOf(candidates).logit;
    const double wanted = share * totalWeight(candidates, highest);
    std::size_t sorted = 0;
    double mass = 0;
    for (std::size_t kept = 0; kept < candidates.size(); ++kept) {
        if (kept == sorted) {
            const std::size_t next = std::max<std::size_t>(128, sorted * 4);
            sortFirst(candidates, sorted, next, before);
            sorted = next;
        }
        mass += relativeWeight(candidates[kept].logit, highest);
        if (mass >= wanted) {
            candidates.resize(kept + 1);
            return;
        }
    }
}

} // namespace conclave::engine
