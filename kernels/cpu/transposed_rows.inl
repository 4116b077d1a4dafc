// A vector's rows of quantised weights side by side, written on `Lanes`, the level's vectors: their dwords are transposed as they lie in
// the file, before they are taken apart. Everything is local to the including file.

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

/// Asks for what lies where the next rows will be: one row after the other, which hardware does not see in several rows at once.
/// At share b of `shares`. hint: the cache, an _MM_HINT.
template <int hint>
void fetchNextRows(const Rows &rows, std::int64_t b, std::int64_t shares)
{
    const std::ptrdiff_t bytes = Lanes::kFloats * (rows.at[1] - rows.at[0]);
    for (std::ptrdiff_t line = bytes * b / shares / 64; line < bytes * (b + 1) / shares / 64; ++line)
        _mm_prefetch(reinterpret_cast<const char *>(rows.at[0]) + bytes + line * 64, static_cast<decltype(_MM_HINT_T0)>(hint));
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

// ---- 32 values ----

/// What becomes of transposed nibbles; false where a type is more than nibbles.
template <class T>
struct NibbleValues
{
    static constexpr bool kKnown = false;
};
template <>
struct NibbleValues<SimpleQ4_0>
{
    static constexpr bool kKnown = true;
    static Ints of(Ints nibbles) { return nibbles; }
};
template <>
struct NibbleValues<SimpleQ4_1> : NibbleValues<SimpleQ4_0>
{
};
template <>
struct NibbleValues<SimpleIQ4_NL>
{
    static constexpr bool kKnown = true;
    static Ints of(Ints nibbles) { return Lanes::table(kIQ4Values, nibbles); }
};
template <>
struct NibbleValues<SimpleMXFP4>
{
    static constexpr bool kKnown = true;
    static Ints of(Ints nibbles) { return Lanes::table(kFP4Unsigned, nibbles); }
};

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
