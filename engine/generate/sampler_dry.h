#pragma once

#include "engine/api/types.h"
#include "engine/text/tokenizer.h"

#include <span>
#include <vector>

namespace conclave::engine
{

/// DRY, "don't repeat yourself": a token that would prolong a repetition of what was said before loses
/// multiplier * base ^ (length - allowedLength) of its logit, `length` being that of the longest end of the history that occurred earlier
/// with this token behind it. Repetitions don't reach over a token in whose text a sequence breaker occurs.
class DryPenalty
{
public:
    /// `tokenizer` gives the tokens' texts and outlives this; nullptr: no sequence breakers. Numbers that are not finite, a multiplier not
    /// above 0, a base below 1, and a range of 0 switch it off.
    DryPenalty(const Sampling &sampling, const Tokenizer *tokenizer);

    /// Linear in the history that it looks at. A token's text is looked at when it is met first.
    void apply(std::span<float> logits, std::span<const TokenId> history);

private:
    bool breaks(TokenId id);
    std::size_t unbroken(std::span<const TokenId> recent, std::size_t most);
    void measureRepetitions(std::span<const TokenId> recent);

    float m_multiplier = 0;
    float m_base = 1;
    std::size_t m_allowedLength = 0;
    std::size_t m_range = 0; ///< tokens looked back
    std::vector<std::string> m_breakers;
    const Tokenizer *m_tokenizer;
    std::vector<signed char> m_breaks;  ///< [V] 1, 0, or -1: not looked at yet
    std::vector<std::size_t> m_lengths; ///< by distance from the end: of the end's repetition that ends there
    std::vector<std::size_t> m_longest; ///< [V] zero between calls
};

} // namespace conclave::engine
