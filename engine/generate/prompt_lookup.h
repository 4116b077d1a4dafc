#pragma once

#include "engine/text/tokenizer.h"

#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>

namespace conclave::engine
{

/// Foretells without a second model (prompt look-up, Saxena 2023): what followed the last time that the conversation had the same few
/// tokens may follow now. Right where answers quote, edit code, or repeat names.
class PromptLookup
{
public:
    /// Tokens that may follow `history`, at most `most`; empty when nothing is known. `history` has only grown since the last call.
    std::span<const TokenId> foretell(std::span<const TokenId> history, std::size_t most);

private:
    /// Lengths of what is looked up, the longest first.
    static constexpr std::array<std::size_t, 2> kLengths = {4, 2};

    void note(std::span<const TokenId> history);

    std::array<std::unordered_map<std::uint64_t, std::size_t>, 2> m_behind; ///< for each length: place behind its last occurrence
    std::size_t m_noted = 0;                                                ///< of the history
};

} // namespace conclave::engine
