#pragma once

#include "engine/text/tokenizer.h"

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace conclave::engine
{

/// Speculation without a second model (prompt look-up, Saxena 2023): what followed the last time that the conversation had the same few
/// tokens is proposed as what follows now. Answers that quote, edit code, or repeat names gain; whether one does is measured: proposals
/// grow while they are taken and stop when too few are.
class PromptLookup
{
public:
    static constexpr std::size_t kMostProposed = 8;

    /// Tokens that may follow `history`, at most `room`; empty when nothing is known or it does not pay. `history` has only grown since
    /// the last call.
    std::span<const TokenId> propose(std::span<const TokenId> history, std::size_t room);
    /// Of the last proposal, `accepted` tokens were what the model said.
    void learn(std::size_t proposed, std::size_t accepted);
    /// False when this answer has shown that proposals don't pay; it stays so.
    bool pays() const { return m_pays; }

private:
    /// Lengths of what is looked up, the longest first.
    static constexpr std::array<std::size_t, 2> kLengths = {4, 2};
    /// A proposed token costs a part of a pass, an accepted one saves a whole one: below this share of accepted ones it can't pay.
    static constexpr double kLeastAccepted = 0.25;
    /// Proposed tokens before that is decided, and over which it is measured from then on.
    static constexpr double kMeasured = 48;

    void note(std::span<const TokenId> history);

    std::array<std::unordered_map<std::uint64_t, std::size_t>, 2> m_behind; ///< for each length: place behind its last occurrence
    std::size_t m_noted = 0;                                                ///< of the history
    std::size_t m_length = 4;                                               ///< proposed next
    double m_proposed = 0;                                                  ///< lately
    double m_accepted = 0;
    bool m_pays = true;
};

} // namespace conclave::engine
