#pragma once

#include "engine/text/tokenizer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

/// The tokens that may still be chosen, and what they weigh.
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
    const Candidate *best = candidates.data();
    for (const Candidate &candidate : candidates) {
        if (isBetter(candidate, *best))
            best = &candidate;
    }
    return *best;
}

/// The highest logit; the processor compares four at a time. `candidates` must not be empty.
inline float highestLogit(const Candidates &candidates)
{
    std::array<float, 4> highest;
    highest.fill(candidates.front().logit);
    std::size_t i = 0;
    for (; i + highest.size() <= candidates.size(); i += highest.size()) {
        for (std::size_t lane = 0; lane < highest.size(); ++lane)
            highest[lane] = std::max(highest[lane], candidates[i + lane].logit);
    }
    for (; i < candidates.size(); ++i)
        highest[0] = std::max(highest[0], candidates[i].logit);
    return *std::max_element(highest.begin(), highest.end());
}

namespace detail
{

inline constexpr int kPowerBits = 8;

/// 2^(i / 256), as products of the roots of 2.
inline constexpr std::array<double, 1U << kPowerBits> kPowers = [] {
    constexpr std::array<double, kPowerBits> kRoots = {1.41421356237309504880, 1.18920711500272106672, 1.09050773266525765921,
                                                       1.04427378242741384032, 1.02189714865411667823, 1.01088928605170046002,
                                                       1.00542990111280282136, 1.00271127505020248543};
    std::array<double, 1U << kPowerBits> powers{};
    for (std::size_t i = 0; i < powers.size(); ++i) {
        powers[i] = 1;
        for (std::size_t bit = 0; bit < kRoots.size(); ++bit)
            powers[i] *= (i >> (kPowerBits - 1 - bit) & 1U) != 0 ? kRoots[bit] : 1.0;
    }
    return powers;
}();

} // namespace detail

/// exp(x) for x in -50 .. 0 with a relative error below 1e-14: 2^(n / 256) from a table times the beginning of a series of what is left.
/// Sums over a vocabulary are most of what a filter costs, and a call of std::exp takes longer.
inline double exponential(double x)
{
    constexpr double kSteps = 369.329930467574632; // 256 / ln 2
    constexpr double kStep = 0.00270760617406228636;
    constexpr double kRound = 0x1.8p52; // adding it rounds to an integer, in the low bits
    const double shifted = x * kSteps + kRound;
    const auto steps = std::bit_cast<std::int64_t>(shifted);
    const double rest = x - (shifted - kRound) * kStep;
    const double series = 1 + rest * (1 + rest * (0.5 + rest * (1.0 / 6 + rest * (1.0 / 24))));
    const auto power = std::bit_cast<std::int64_t>(detail::kPowers[static_cast<std::size_t>(steps & 255)]);
    return series * std::bit_cast<double>(power + ((steps >> detail::kPowerBits) << 52));
}

/// exp(logit - highest). What is smaller than 2^-72 of the highest counts as nothing: over any vocabulary that stays below double's
/// rounding.
inline double relativeWeight(float logit, float highest)
{
    const double below = static_cast<double>(logit) - static_cast<double>(highest);
    return below < -50.0 ? 0.0 : exponential(below);
}

/// Sum of the weights relative to `highest`.
inline double totalWeight(const Candidates &candidates, float highest)
{
    double total = 0;
    for (const Candidate &candidate : candidates)
        total += relativeWeight(candidate.logit, highest);
    return total;
}

} // namespace conclave::engine
