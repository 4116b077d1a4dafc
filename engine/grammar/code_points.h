#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <vector>

/// Sets of Unicode characters, and the bytes that UTF-8 writes them with.
namespace conclave::engine
{

inline constexpr std::uint32_t kLastCodePoint = 0x10FFFF;

using ByteSet = std::bitset<256>;

/// A set of code points; surrogates are never in it.
class CodePointSet
{
public:
    struct Range
    {
        std::uint32_t first;
        std::uint32_t last; ///< inclusive
    };

    static CodePointSet all();

    void add(std::uint32_t first, std::uint32_t last);
    void add(std::uint32_t codePoint) { add(codePoint, codePoint); }
    void add(const CodePointSet &other);
    CodePointSet inverted() const;
    /// Without those of `other`.
    CodePointSet without(const CodePointSet &other) const;
    bool contains(std::uint32_t codePoint) const;
    bool empty() const { return m_ranges.empty(); }
    /// Ascending, apart from each other.
    const std::vector<Range> &ranges() const { return m_ranges; }

private:
    std::vector<Range> m_ranges;
};

/// One way to write characters: a set of first bytes, sets of further bytes that are not any continuation byte, then `tail` continuation
/// bytes (80 to BF) of any value.
struct Utf8Sequence
{
    std::vector<ByteSet> bytes;
    int tail = 0;
};

/// All ways to write a character of `set`, no two of which can match the same bytes.
std::vector<Utf8Sequence> utf8Sequences(const CodePointSet &set);

/// Follows UTF-8 byte by byte. State 0 is between characters; the others say which bytes may follow.
inline constexpr int kUtf8States = 8;
/// The state behind `byte`, or -1 where it can't stand.
int utf8Next(int state, unsigned char byte);

} // namespace conclave::engine
