#include "engine/grammar/code_points.h"

#include <algorithm>
#include <map>

namespace conclave::engine
{
namespace
{

constexpr std::uint32_t kFirstSurrogate = 0xD800;
constexpr std::uint32_t kLastSurrogate = 0xDFFF;

ByteSet byteRange(unsigned first, unsigned last)
{
    ByteSet set;
    for (unsigned byte = first; byte <= last; ++byte)
        set.set(byte);
    return set;
}

std::vector<unsigned> encoded(std::uint32_t c)
{
    if (c < 0x80)
        return {c};
    if (c < 0x800)
        return {0xC0 | c >> 6, 0x80 | (c & 0x3F)};
    if (c < 0x10000)
        return {0xE0 | c >> 12, 0x80 | (c >> 6 & 0x3F), 0x80 | (c & 0x3F)};
    return {0xF0 | c >> 18, 0x80 | (c >> 12 & 0x3F), 0x80 | (c >> 6 & 0x3F), 0x80 | (c & 0x3F)};
}

/// Splits a range of characters of equal encoded length until only the leading bytes vary before free tails.
void splitRange(std::uint32_t first, std::uint32_t last, int length, std::vector<Utf8Sequence> &out)
{
    for (int free = length - 1; free >= 1; --free) {
        // `free` last bytes: below a multiple of 2^(6 * free) the range must be cut, unless it covers whole blocks.
        const std::uint32_t block = 1U << (6 * free);
        const bool sameBlock = first / block == last / block;
        if (sameBlock)
            continue;
        if (first % block != 0) {
            const std::uint32_t edge = (first / block + 1) * block;
            splitRange(first, edge - 1, length, out);
            splitRange(edge, last, length, out);
            return;
        }
        if (last % block != block - 1) {
            const std::uint32_t edge = last / block * block;
            splitRange(first, edge - 1, length, out);
            splitRange(edge, last, length, out);
            return;
        }
        break; // whole blocks: the bytes before vary, those behind are free
    }
    const auto low = encoded(first);
    const auto high = encoded(last);
    Utf8Sequence sequence;
    std::size_t at = 0;
    for (; at < low.size(); ++at) {
        const bool restFree = std::all_of(low.begin() + static_cast<std::ptrdiff_t>(at), low.end(), [](unsigned b) { return b == 0x80; }) &&
                              std::all_of(high.begin() + static_cast<std::ptrdiff_t>(at), high.end(), [](unsigned b) { return b == 0xBF; });
        if (at > 0 && restFree)
            break;
        sequence.bytes.push_back(byteRange(low[at], high[at]));
    }
    sequence.tail = static_cast<int>(low.size() - at);
    out.push_back(std::move(sequence));
}

/// Joins sequences that differ in their last set only.
std::vector<Utf8Sequence> joined(std::vector<Utf8Sequence> sequences)
{
    std::vector<Utf8Sequence> out;
    for (Utf8Sequence &sequence : sequences) {
        const auto same = std::find_if(out.begin(), out.end(), [&](const Utf8Sequence &other) {
            return other.tail == sequence.tail && other.bytes.size() == sequence.bytes.size() &&
                   std::equal(other.bytes.begin(), other.bytes.end() - 1, sequence.bytes.begin());
        });
        if (same == out.end())
            out.push_back(std::move(sequence));
        else
            same->bytes.back() |= sequence.bytes.back();
    }
    return out;
}

} // namespace

CodePointSet CodePointSet::all()
{
    CodePointSet set;
    set.add(0, kLastCodePoint);
    return set;
}

void CodePointSet::add(std::uint32_t first, std::uint32_t last)
{
    last = std::min(last, kLastCodePoint);
    if (first > last)
        return;
    if (first <= kLastSurrogate && last >= kFirstSurrogate) {
        if (first < kFirstSurrogate)
            add(first, kFirstSurrogate - 1);
        if (last > kLastSurrogate)
            add(kLastSurrogate + 1, last);
        return;
    }
    const auto begin = std::find_if(m_ranges.begin(), m_ranges.end(), [&](const Range &range) { return range.last + 1 >= first; });
    auto end = begin;
    for (; end != m_ranges.end() && end->first <= last + 1; ++end) {
        first = std::min(first, end->first);
        last = std::max(last, end->last);
    }
    m_ranges.insert(m_ranges.erase(begin, end), {first, last});
}

void CodePointSet::add(const CodePointSet &other)
{
    for (const Range &range : other.m_ranges)
        add(range.first, range.last);
}

CodePointSet CodePointSet::inverted() const
{
    CodePointSet out;
    std::uint32_t next = 0;
    for (const Range &range : m_ranges) {
        if (range.first > next)
            out.add(next, range.first - 1);
        next = range.last + 1;
    }
    out.add(next, kLastCodePoint);
    return out;
}

CodePointSet CodePointSet::without(const CodePointSet &other) const
{
    CodePointSet rest = inverted();
    rest.add(other);
    return rest.inverted();
}

bool CodePointSet::contains(std::uint32_t codePoint) const
{
    return std::any_of(m_ranges.begin(), m_ranges.end(),
                       [=](const Range &range) { return codePoint >= range.first && codePoint <= range.last; });
}

std::vector<Utf8Sequence> utf8Sequences(const CodePointSet &set)
{
    static constexpr std::array<std::uint32_t, 5> kEdges = {0, 0x80, 0x800, 0x10000, kLastCodePoint + 1};
    std::vector<Utf8Sequence> out;
    for (const CodePointSet::Range &range : set.ranges()) {
        for (int length = 1; length <= 4; ++length) {
            const std::uint32_t first = std::max(range.first, kEdges[static_cast<std::size_t>(length - 1)]);
            const std::uint32_t last = std::min(range.last, kEdges[static_cast<std::size_t>(length)] - 1);
            if (first <= last)
                splitRange(first, last, length, out);
        }
    }
    return joined(std::move(out));
}

/// States 1 to 3: that many continuation bytes follow. 4: E0, 5: ED, 6: F0, 7: F4, whose second byte is restricted.
int utf8Next(int state, unsigned char byte)
{
    const auto within = [byte](int first, int last, int next) { return byte >= first && byte <= last ? next : -1; };
    switch (state) {
    case 0:
        if (byte < 0x80)
            return 0;
        if (byte >= 0xC2 && byte <= 0xDF)
            return 1;
        if (byte == 0xE0 || byte == 0xED)
            return byte == 0xE0 ? 4 : 5;
        if (byte > 0xE0 && byte <= 0xEF)
            return 2;
        if (byte == 0xF0 || byte == 0xF4)
            return byte == 0xF0 ? 6 : 7;
        return within(0xF1, 0xF3, 3);
    case 1:
    case 2:
    case 3:
        return within(0x80, 0xBF, state - 1);
    case 4:
        return within(0xA0, 0xBF, 1);
    case 5:
        return within(0x80, 0x9F, 1);
    case 6:
        return within(0x90, 0xBF, 2);
    case 7:
        return within(0x80, 0x8F, 2);
    default:
        return -1;
    }
}

} // namespace conclave::engine
