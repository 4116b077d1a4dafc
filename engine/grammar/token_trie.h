#pragma once

#include "engine/text/tokenizer.h"

#include <cstdint>
#include <span>
#include <vector>

namespace conclave::engine
{

/// The bytes of all tokens that text is made of, as a tree laid out depth first: what begins alike is looked at once. Immutable,
/// thread-safe.
class TokenTrie
{
public:
    struct Node
    {
        std::uint32_t end = 0;        ///< the node behind everything below this one
        std::uint32_t firstToken = 0; ///< of the tokens that end here
        std::uint16_t tokens = 0;
        std::uint16_t depth = 0; ///< bytes up to and with this one
        unsigned char byte = 0;
    };
    /// Longer tokens are left out.
    static constexpr std::size_t kLongestToken = 1024;

    /// Normal, user-defined and byte tokens; those that end answers are kept apart.
    explicit TokenTrie(const Tokenizer &tokenizer);

    std::span<const Node> nodes() const { return m_nodes; }
    std::span<const TokenId> tokensAt(const Node &node) const { return std::span(m_tokens).subspan(node.firstToken, node.tokens); }
    std::span<const TokenId> endTokens() const { return m_endTokens; }
    int vocabulary() const { return m_vocabulary; }
    /// Words of a mask with a bit for each token.
    std::size_t maskWords() const { return (static_cast<std::size_t>(m_vocabulary) + 63) / 64; }
    int longest() const { return m_longest; }

private:
    std::vector<Node> m_nodes;
    std::vector<TokenId> m_tokens;
    std::vector<TokenId> m_endTokens;
    int m_vocabulary = 0;
    int m_longest = 0;
};

} // namespace conclave::engine
