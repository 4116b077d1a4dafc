#pragma once

#include "engine/api/types.h"
#include "engine/text/tokenizer.h"

#include <span>
#include <vector>

namespace conclave::engine
{

/// Adds the request's bias to the logits; -infinity forbids a token. Tokens outside of the vocabulary and NaN are ignored.
void addLogitBias(std::span<float> logits, std::span<const LogitBias> biases);

/// Lowers the logits of tokens that occurred lately: first the repetition penalty (Keskar et al. 2019: positive logits are divided by it,
/// negative ones multiplied, once however often the token occurred), then presence + frequency * occurrences is subtracted.
class RepetitionPenalties
{
public:
    /// Numbers that are not finite, a repetition penalty not above 0, and a window not above 0 switch it off.
    explicit RepetitionPenalties(const Sampling &sampling);

    /// `history`: all tokens so far; the last `repetitionWindow` count.
    void apply(std::span<float> logits, std::span<const TokenId> history);

private:
    float m_repetition = 1;
    float m_frequency = 0;
    float m_presence = 0;
    std::size_t m_window = 0;
    std::vector<int> m_counts; ///< [V] zero between calls
};

} // namespace conclave::engine
