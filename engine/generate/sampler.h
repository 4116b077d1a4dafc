#pragma once

#include "engine/api/types.h"
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
    float probability = 0; ///< by the plain softmax of all logits, before penalty, filters, temperature and constraint
};

/// Chooses tokens: repetition penalty, constraint, top-k, top-p, min-p, then temperature, then a draw. Each filter works on what the one
/// before left, normalised anew; the most likely token always stays. Logits that are NaN or -infinity are never chosen while another
/// allowed one is finite; +infinity counts as the largest finite number.
/// Parameters out of range switch their filter off. Deterministic for a seed. No allocation after the first call of a size. Not
/// thread-safe.
class Sampler
{
public:
    explicit Sampler(const Sampling &sampling);

    /// `history`: all tokens so far, prompt included; the last `repetitionWindow` are penalised.
    /// `allowed`: bits as in TokenConstraint; empty: every token.
    SampledToken sample(std::span<const float> logits, std::span<const TokenId> history, std::span<const std::uint64_t> allowed = {});

private:
    struct Candidate
    {
        float logit;
        TokenId id;
    };
    static bool better(const Candidate &a, const Candidate &b);

    void collect(std::span<const float> logits, std::span<const TokenId> history, std::span<const std::uint64_t> allowed);
    void penalise(std::span<const TokenId> history);
    TokenId best() const;
    void keepTopK();
    void keepTopP();
    void keepMinP();
    void sortBest(std::size_t count);
    TokenId draw();

    Sampling m_sampling;
    RandomStream m_random;
    std::vector<float> m_logits; ///< finite, or -infinity
    std::vector<Candidate> m_candidates;
    std::vector<double> m_weights;
};

} // namespace conclave::engine
