// A vector's rows of quantised weights side by side, written on `Lanes`, the level's vectors: their dwords are transposed as they lie in
// the file, before they are taken apart. Everything is local to the including file.

#include "kernels/cpu/nibble_values.inl"

#include <cstring>

namespace conclave::kernels
{
namespace
{

using Ints = Lanes::Ints;

/// Signed bytes whose range is more than seven bits stay as they are where products are summed in 16 bits; where a signed type becomes
/// unsigned, it is by as much as it needs.
template <class T>
constexpr bool kStaysSigned = T::kOffset == kSigned &&Lanes::kSumsWords &&T::kLargest >= 64;
template <class T>
constexpr int kPanelOffset = kStaysSigned<T>         ? 0
                             : T::kOffset != kSigned ? T::kOffset
                             : T::kLargest < 64      ? T::kLargest
                                                     : 128;
template <class T>
constexpr int kPanelLargest = T::kOffset != kSigned || kStaysSigned<T> ? T::kLargest : kPanelOffset<T> + T::kLargest;

/// Four bytes of a token for all rows.
Ints load4(const std::int8_t *q)
{
    std::int32_t four;
    std::memcpy(&four, q, 4);
    return Lanes::allInts(four);
}

float asFloat(std::int32_t bits)
{
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}

/// A vector's rows, `wStride` bytes apart; beyond the last the last one again.
struct Rows
{
    const std::byte *at[Lanes::kFloats];

    Rows(const std::byte *first, std::size_t wStride, std::int64_t count)
    {
        for (std::int64_t r = 0; r < Lanes::kFloats; ++r)
            at[r] = first + static_cast<std::size_t>(r < count ? r : count - 1) * wStride;
    }
};

/// A block of each of a vector's rows.
template <class T>
constexpr int kRowsBytes = Lanes::kFloats *static_cast<int>(sizeof(typename T::Block));

/// Asks for a share of the next rows' bytes, of which the first has number `done`: they follow these rows, and hardware does not see that
/// several rows are read at once. A fixed number of lines: to count them each time cost as much as the products.
/// hint: the cache, an _MM_HINT; share: bytes.
template <int hint, int share>
void fetchNextRows(const Rows &rows, std::int64_t done)
{
    const std::byte *next = rows.at[0] + Lanes::kFloats * (rows.at[1] - rows.at[0]) + done * share;
    for (int line = 0; line < share; line += 64)
        _mm_prefetch(reinterpret_cast<const char *>(next) + line, static_cast<decltype(_MM_HINT_T0)>(hint));
}

/// Vector i holds four dwords of rows i, i + 4, ..., a lane each; column k becomes dword k of all rows.
void transposeLanes(const Ints *four, Ints *columns)
{
    const Ints low01 = Lanes::low32(four[0], four[1]);
    const Ints low23 = Lanes::low32(four[2], four[3]);
    const Ints high01 = Lanes::high32(four[0], four[1]);
    const Ints high23 = Lanes::high32(four[2], four[3]);
    columns[0] = Lanes::low64(low01, low23);
    columns[1] = Lanes::high64(low01, low23);
    columns[2] = Lanes::low64(high01, high23);
    columns[3] = Lanes::high64(high01, high23);
}

/// load(r): eight dwords of row r.
template <class Load>
void transposeEight(const Load &load, Ints *columns)
{
    Ints half[2][4]; // dwords 0..3 and 4..7
    for (int i = 0; i < 4; ++i)
        Lanes::loadHalves(load, i, half[0][i], half[1][i]);
    transposeLanes(half[0], columns);
    transposeLanes(half[1], columns + 4);
}

/// load(r): four dwords of row r.
template <class Load>
void transposeFour(const Load &load, Ints *columns)
{
    Ints four[4];
    for (int i = 0; i < 4; ++i)
        four[i] = Lanes::loadLanes(load, i);
    transposeLanes(four, columns);
}

template <class T>
Ints panelBytes(Ints bytes)
{
    return kPanelOffset<T> != 0 && T::kOffset == kSigned ? Lanes::addBytes(bytes, Lanes::allBytes(kPanelOffset<T>)) : bytes;
}

// ---- 256 values ----

/// Types of which whole planes of 32 bytes can be transposed: values 32 part .. 32 part + 31 come from the planes' bytes 0 .. 31.
/// firstPart(i): the first part that needs plane i.
template <class T>
struct Planes
{
    static constexpr int kCount = 0;
};
template <>
struct Planes<ViewQ2_K>
{
    static constexpr int kCount = 2;
    static constexpr int firstPart(int i) { return 4 * i; }
    static const std::uint8_t *plane(const BlockQ2_K &block, int i) { return block.q + 32 * i; }
    template <int part>
    static Ints values(const Ints (&planes)[kCount][8], int k)
    {
        return Lanes::bits(planes[part / 4][k], part % 4 * 2, 3);
    }
};
template <>
struct Planes<ViewQ3_K>
{
    static constexpr int kCount = 3;
    static constexpr int firstPart(int i) { return i < 2 ? 4 * i : 0; }
    static const std::uint8_t *plane(const BlockQ3_K &block, int i) { return i < 2 ? block.q + 32 * i : block.hmask; }
    template <int part>
    static Ints values(const Ints (&planes)[kCount][8], int k)
    {
        return Lanes::either(Lanes::bits(planes[part / 4][k], part % 4 * 2, 3), Lanes::shiftLeft(Lanes::bits(planes[2][k], part, 1), 2));
    }
};
template <>
struct Planes<ViewQ4_K>
{
    static constexpr int kCount = 4;
    static constexpr int firstPart(int i) { return 2 * i; }
    static const std::uint8_t *plane(const BlockQ4_K &block, int i) { return block.q + 32 * i; }
    template <int part>
    static Ints values(const Ints (&planes)[kCount][8], int k)
    {
        return Lanes::bits(planes[part / 2][k], part % 2 * 4, 15);
    }
};
template <>
struct Planes<ViewQ5_K>
{
    static constexpr int kCount = 5;
    static constexpr int firstPart(int i) { return i < 4 ? 2 * i : 0; }
    static const std::uint8_t *plane(const BlockQ5_K &block, int i) { return i < 4 ? block.q + 32 * i : block.qh; }
    template <int part>
    static Ints values(const Ints (&planes)[kCount][8], int k)
    {
        return Lanes::either(Lanes::bits(planes[part / 2][k], part % 2 * 4, 15), Lanes::shiftLeft(Lanes::bits(planes[4][k], part, 1), 4));
    }
};
template <>
struct Planes<ViewQ6_K>
{
    static constexpr int kCount = 6;
    static constexpr int firstPart(int i) { return i < 4 ? i / 2 * 4 : (i - 4) * 4; }
    static const std::uint8_t *plane(const BlockQ6_K &block, int i) { return i < 4 ? block.ql + 32 * i : block.qh + 32 * (i - 4); }
    template <int part>
    static Ints values(const Ints (&planes)[kCount][8], int k)
    {
        return Lanes::either(Lanes::bits(planes[part / 4 * 2 + part % 2][k], part % 4 / 2 * 4, 15),
                             Lanes::shiftLeft(Lanes::bits(planes[4 + part / 4][k], part % 4 * 2, 3), 4));
    }
};

} // namespace
} // namespace conclave::kernels
