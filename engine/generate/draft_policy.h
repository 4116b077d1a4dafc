#pragma once

#include "engine/generate/speculation.h"

#include <array>

namespace conclave::engine
{

/// The same question as SpeculationPolicy's for tokens that the model foretells itself (multi-token prediction), where each costs time too,
/// c passes of one token: n of them bring 1 + a1 + a1 a2 + ... tokens for 1 + n (r + c) passes' time. They are first asked for in silence,
/// until it is known how often they come true. Where that does not pay, the model is left alone for a while and asked again.
class DraftPolicy
{
public:
    static constexpr std::size_t kMostDrafted = 3;

    struct Plan
    {
        std::size_t count = 0; ///< tokens to be foretold
        double rate = 0; ///< tokens a second with all of them proposed, against those of single passes; 0: they are to be compared only
    };

    /// For the coming step, of at most `room` tokens; `costs` has measured the passes. Steps are counted.
    Plan plan(const SpeculationPolicy &costs, std::size_t room);
    /// `tokens` were foretold, which took so long.
    void took(std::size_t tokens, double seconds);
    /// The token foretold in place `depth` of a step, all before it having come true, came true or not.
    void foretold(std::size_t depth, bool right);

    double acceptance(std::size_t depth) const;        ///< as far as it is known
    double cost(const SpeculationPolicy &costs) const; ///< c
    /// The acceptance from which one token pays.
    double breakEven(const SpeculationPolicy &costs) const { return costs.extraCost() + cost(costs); }

private:
    static constexpr double kKnown = 8; ///< foretold tokens before the first proposal
    static constexpr double kForgotten = 0.97;
    static constexpr int kRest = 128; ///< steps until the model is asked again

    struct Record
    {
        double right = 0;
        double all = 0;
    };

    std::array<Record, kMostDrafted> m_records;
    double m_seconds = 0; ///< of one foretold token; 0: not measured
    int m_rested = 0;
};

} // namespace conclave::engine
