#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// Finds the longest of a set of strings at the start of a text. Immutable after the last `add`; then thread-safe.
class ByteTrie
{
public:
    struct Match
    {
        std::int32_t value = -1; ///< -1: none
        std::size_t size = 0;
    };

    ByteTrie() { m_roots.fill(-1); }

    /// `text` must not be empty, `value` not negative. The first value of a text stays.
    void add(std::string_view text, std::int32_t value);
    Match longest(std::string_view text) const;
    /// True when some string begins with `byte`.
    bool startsWith(unsigned char byte) const { return m_roots[byte] >= 0; }

private:
    struct Node
    {
        unsigned char byte = 0;
        std::int32_t value = -1;
        std::int32_t child = -1;   ///< first one
        std::int32_t sibling = -1; ///< next one
    };

    std::int32_t childOf(std::int32_t node, unsigned char byte) const;

    std::array<std::int32_t, 256> m_roots{};
    std::vector<Node> m_nodes;
};

} // namespace conclave::engine
