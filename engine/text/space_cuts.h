#pragma once

#include <bitset>
#include <string_view>

namespace conclave::engine
{

/// Where text whose spaces are U+2581 can be cut into words without a change in its tokens: before a mark, behind a character that no
/// symbol has in front of one. Merging never gets across such a place, so that words can be merged, and remembered, each for itself.
class SpaceCuts
{
public:
    /// Tells of a string that merging may make.
    void learn(std::string_view symbol);
    /// The first word of `text`, which must not be empty.
    std::string_view firstWord(std::string_view text) const;

private:
    std::bitset<256> m_joined; ///< last byte of what some symbol has in front of a mark
};

} // namespace conclave::engine
