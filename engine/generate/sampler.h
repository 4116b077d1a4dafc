#pragma once

#include "engine/api/types.h"
#include "engine/generate/candidates.h"
#include "engine/generate/sampler_dry.h"
#include "engine/generate/sampler_penalties.h"
#include "engine/text/tokenizer.h"

#include <cstdint>
#include <span>
#include <vector>

namespace conclave::engine
{

/// Random numbers that are the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).
class RandomStream
{
public:
    explicit RandomStream(std::uint64_t seed) : m_state(seed) {}

    std::uint64_t next();
    /// Uniform in [0, 1), 53 bits.
    double uniform();

private:
    std::uint64_t m_state;
};

/// A chosen token; id -1 when nothing could be chosen: no logits, or none allowed.
struct SampledToken
{
    TokenId id = -1;
    float probability = 0; ///< by the plain softmax of all logits, before bias, penalties, filters, temperature and constraint; to 1e-5
};

/// Chooses tokens as Sampling says (engine/api/types.h), among those that the constraint allows. Logits that are NaN or -infinity are never
/// chosen while another allowed one is finite; +infinity counts as the largest finite number. Parameters out of range switch their filter
/// off. Deterministic for a seed: each token takes one random number, two with XTC, none when greedy. No allocation after the first call
/// of a size, DRY's look at new tokens' texts aside. Not thread-safe.
class Sampler
{
public:
    /// `tokenizer` is for DRY's sequence breakers and outlives the sampler; nullptr: there are none.
    explicit Sampler(const Sampling &sampling, const Tokenizer *tokenizer = nullptr);

    /// `history`: all tokens so far, prompt included.
    /// `allowed`: bits as in TokenConstraint; empty: every token.
    SampledToken sample(std::span<const float> logits, std::span<const TokenId> history, std::span<const std::uint64_t> allowed = {});

private:
    void collect(std::span<const float> logits, std::span<const TokenId> history, std::span<const std::uint64_t> allowed);
    void filter();
    TokenId draw();

    Sampling m_sampling;
    RepetitionPenalties m_penalties;
    DryPenalty m_dry;
    RandomStream m_random;
    std::vector<float> m_logits; ///< finite, or -infinity
    Candidates m_candidates;
    std::vector<double> m_weights;
};

} // namespace conclave::engine
