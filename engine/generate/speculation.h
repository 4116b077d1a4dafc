#pragma once

#include "engine/generate/prompt_lookup.h"

#include <span>
#include <vector>

namespace conclave::engine
{

/// How many tokens are worth proposing, by two things measured while an answer is written: how often what is foretold comes true, and what
/// one more token makes a pass cost. (A dense model reads its weights once for all tokens of a pass; with experts each token reads its own,
/// and few proposals pay.) A proposal of n tokens brings 1 + a + a^2 + ... + a^n tokens for 1 + n r passes' time.
class SpeculationPolicy
{
public:
    static constexpr std::size_t kMostProposed = 8;
    static constexpr double kWorth = 1.03; ///< tokens a second against those of single ones, from which it is worth it

    /// The best number of tokens, at most `most`; 0 when a pass of one token is faster, or while not enough is known.
    std::size_t length(std::size_t most = kMostProposed) const;
    /// Tokens a second with so many, against those of single passes.
    double rate(std::size_t count) const;
    /// A token was foretold, and `right` or not. It need not have been proposed: foretelling costs nothing.
    void foretold(bool right);
    /// A pass over `tokens`, the proposed ones included, took so long.
    void passed(std::size_t tokens, double seconds);

    double acceptance() const { return (m_right + 0.5) / (m_right + m_wrong + 1); } ///< a
    double extraCost() const { return m_extra; }                                    ///< r
    double passSeconds() const { return m_seconds; }                                ///< of one token; 0: not measured

private:
    static constexpr double kKnown = 8;          ///< foretold tokens before the first proposal
    static constexpr double kForgotten = 0.97;   ///< of what was foretold earlier, with each token
    static constexpr double kAssumedExtra = 0.2; ///< until it is measured; measurements age back to it, so that it is tried again

    double m_right = 0; ///< lately
    double m_wrong = 0;
    double m_seconds = 0;
    double m_extra = kAssumedExtra;
    bool m_measured = false; ///< m_extra
};

/// Speculation in one answer: foretells from the conversation, and proposes as long as it pays. Where it does not, it goes on foretelling
/// in silence, which costs nothing.
class Speculation
{
public:
    /// Tokens to compute behind the last one of `history`, at most `room`. `history` has only grown since the last call. Valid until then.
    std::span<const TokenId> propose(std::span<const TokenId> history, std::size_t room);
    const SpeculationPolicy &policy() const { return m_policy; }
    /// See SpeculationPolicy::passed.
    void passed(std::size_t tokens, double seconds) { m_policy.passed(tokens, seconds); }

private:
    static constexpr std::size_t kForetold = 32; ///< tokens foretold at once

    void compare(std::span<const TokenId> history);

    PromptLookup m_lookup;
    SpeculationPolicy m_policy;
    std::vector<TokenId> m_foretold; ///< what follows m_seen tokens of the history
    std::size_t m_at = 0;            ///< of m_foretold: came true
    std::size_t m_seen = 0;
};

} // namespace conclave::engine
