#include "engine/grammar/token_trie.h"

#include <algorithm>
#include <limits>
#include <string>

namespace conclave::engine
{
namespace
{

bool isText(TokenType type)
{
    return type == TokenType::kNormal || type == TokenType::kUserDefined || type == TokenType::kByte;
}

} // namespace

TokenTrie::TokenTrie(const Tokenizer &tokenizer) : m_vocabulary(tokenizer.size())
{
    std::vector<std::pair<std::string, TokenId>> sorted;
    for (TokenId id = 0; id < m_vocabulary; ++id) {
        if (tokenizer.endsGeneration(id)) {
            m_endTokens.push_back(id);
        } else if (isText(tokenizer.type(id))) {
            std::string text = tokenizer.piece(id);
            if (!text.empty() && text.size() <= kLongestToken)
                sorted.emplace_back(std::move(text), id);
        }
    }
    std::sort(sorted.begin(), sorted.end());
    std::vector<std::uint32_t> path; ///< nodes from the root to the last one
    std::string_view last;
    for (const auto &[text, id] : sorted) {
        const auto common =
            static_cast<std::size_t>(std::mismatch(text.begin(), text.end(), last.begin(), last.end()).first - text.begin());
        for (; path.size() > common; path.pop_back())
            m_nodes[path.back()].end = static_cast<std::uint32_t>(m_nodes.size());
        while (path.size() < text.size()) {
            path.push_back(static_cast<std::uint32_t>(m_nodes.size()));
            m_nodes.push_back({0, static_cast<std::uint32_t>(m_tokens.size()), 0, static_cast<std::uint16_t>(path.size()),
                               static_cast<unsigned char>(text[path.size() - 1])});
        }
        Node &node = m_nodes[path.back()];
        if (node.tokens < std::numeric_limits<std::uint16_t>::max()) {
            ++node.tokens;
            m_tokens.push_back(id);
        }
        m_longest = std::max(m_longest, static_cast<int>(text.size()));
        last = text;
    }
    for (const std::uint32_t node : path)
        m_nodes[node].end = static_cast<std::uint32_t>(m_nodes.size());
}

} // namespace conclave::engine
