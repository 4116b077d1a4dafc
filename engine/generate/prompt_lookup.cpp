#include "engine/generate/prompt_lookup.h"

#include <algorithm>

namespace conclave::engine
{
namespace
{

/// Different tokens seldom have the same; a wrong proposal costs time only.
std::uint64_t keyOf(std::span<const TokenId> tokens)
{
    std::uint64_t key = tokens.size();
    for (const TokenId token : tokens)
        key = (key ^ static_cast<std::uint32_t>(token)) * 0x9E3779B97F4A7C15U + (key >> 29);
    return key;
}

} // namespace

/// All runs but those at the very end, which must not find themselves.
void PromptLookup::note(std::span<const TokenId> history)
{
    for (; m_noted < history.size(); ++m_noted) {
        for (std::size_t i = 0; i < kLengths.size(); ++i) {
            if (m_noted >= kLengths[i])
                m_behind[i][keyOf(history.subspan(m_noted - kLengths[i], kLengths[i]))] = m_noted;
        }
    }
}

std::span<const TokenId> PromptLookup::foretell(std::span<const TokenId> history, std::size_t most)
{
    note(history);
    for (std::size_t i = 0; i < kLengths.size(); ++i) {
        if (history.size() < kLengths[i])
            continue;
        const auto found = m_behind[i].find(keyOf(history.last(kLengths[i])));
        if (found != m_behind[i].end())
            return history.subspan(found->second, std::min(history.size() - found->second, most));
    }
    return {};
}

} // namespace conclave::engine
