// Rows of quantised weights to the panels of gemm8.inl, written on `Lanes`, the level's vectors: a vector's rows at a time, whose dwords
// are transposed as they lie in the file, before they are taken apart. Everything is local to the including file.

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

int panelOffset(DType type)
{
    int offset = 0;
    const auto take = [&](auto tag) { offset = kPanelOffset<typename decltype(tag)::Type>; };
    forType(type, take, take);
    return offset;
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
/// At share b of `shares`.
void fetchNextRows(const Rows &rows, std::int64_t b, std::int64_t shares)
{
    const std::ptrdiff_t bytes = Lanes::kFloats * (rows.at[1] - rows.at[0]);
    for (std::ptrdiff_t line = bytes * b / shares / 64; line < bytes * (b + 1) / shares / 64; ++line)
        _mm_prefetch(reinterpret_cast<const char *>(rows.at[0]) + bytes + line * 64, _MM_HINT_T1);
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

/// Column k of a part of 32 values.
std::uint8_t *columnAt(std::uint8_t *q, std::int64_t part, int k)
{
    return q + (part * 8 + k) * 4 * kPanelRows8;
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

template <class T>
void unpackSimple(Tag<T>, const Rows &rows, std::int64_t m, std::uint8_t *q, float *d, float *min)
{
    for (std::int64_t b = 0; b < m / 32; ++b) {
        fetchNextRows(rows, b, m / 32);
        const auto block = [&](int r) -> const typename T::Block & { return reinterpret_cast<const typename T::Block *>(rows.at[r])[b]; };
        for (int r = 0; r < Lanes::kFloats; ++r) {
            d[b * kPanelRows8 + r] = T::scale(block(r));
            if constexpr (T::kHasMin)
                min[b * kPanelRows8 + r] = T::min(block(r));
        }
        Ints columns[8];
        if constexpr (NibbleValues<T>::kKnown) {
            transposeFour([&](int r) { return load16(block(r).q); }, columns);
            for (int k = 0; k < 4; ++k) {
                columns[k + 4] = NibbleValues<T>::of(Lanes::bits(columns[k], 4, 15));
                columns[k] = NibbleValues<T>::of(Lanes::bits(columns[k], 0, 15));
            }
        } else
            transposeEight([&](int r) { return T::bytes(block(r)); }, columns);
        for (int k = 0; k < 8; ++k)
            Lanes::storeBytes(columnAt(q, b, k), panelBytes<T>(columns[k]));
    }
}

// ---- 256 values ----

/// Types of which whole planes of 32 bytes can be transposed: values 32 part .. 32 part + 31 come from the planes' bytes 0 .. 31.
template <class T>
struct Planes
{
    static constexpr int kCount = 0;
};
template <>
struct Planes<ViewQ2_K>
{
    static constexpr int kCount = 2;
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
    static const std::uint8_t *plane(const BlockQ6_K &block, int i) { return i < 4 ? block.ql + 32 * i : block.qh + 32 * (i - 4); }
    template <int part>
    static Ints values(const Ints (&planes)[kCount][8], int k)
    {
        return Lanes::either(Lanes::bits(planes[part / 4 * 2 + part % 2][k], part % 4 / 2 * 4, 15),
                             Lanes::shiftLeft(Lanes::bits(planes[4 + part / 4][k], part % 4 * 2, 3), 4));
    }
};

/// factor times the integers of the groups of a block: of 32 values, each twice, or of 16.
template <int group>
void scalesOf(__m256i sixteen, __m128 factor, __m256 *scales)
{
    const auto scaled = [&](__m256i ints) { return _mm256_mul_ps(_mm256_cvtepi32_ps(ints), _mm256_broadcastss_ps(factor)); };
    if constexpr (group == 32)
        scales[0] = scaled(_mm256_srai_epi32(sixteen, 16));
    else {
        scales[0] = scaled(_mm256_cvtepi16_epi32(_mm256_castsi256_si128(sixteen)));
        scales[1] = scaled(_mm256_cvtepi16_epi32(_mm256_extracti128_si256(sixteen, 1)));
    }
}

/// A vector's rows of scales, kPanelRows8 floats apart for each group.
template <int halves>
void storeScales(const __m256 (&scales)[Lanes::kFloats][halves], float *to)
{
    for (int half = 0; half < halves; ++half) {
        Ints columns[8];
        transposeEight([&](int r) { return _mm256_castps_si256(scales[r][half]); }, columns);
        for (int k = 0; k < 8; ++k)
            Lanes::storeBytes(to + (half * 8 + k) * kPanelRows8, columns[k]);
    }
}

template <class T>
void unpackBytes(Tag<T>, const Rows &rows, std::int64_t b, std::uint8_t *q)
{
    constexpr int kPlanes = Planes<T>::kCount;
    const std::int64_t at = b * static_cast<std::int64_t>(sizeof(typename T::Block));
    if constexpr (kPlanes > 0) {
        Ints planes[kPlanes][8];
        for (int i = 0; i < kPlanes; ++i)
            transposeEight(
                [&](int r) { return load32(Planes<T>::plane(*reinterpret_cast<const typename T::Block *>(rows.at[r] + at), i)); },
                planes[i]);
        unrolled<8>([&](auto index) {
            constexpr int kPart = decltype(index)::value;
            for (int k = 0; k < 8; ++k)
                Lanes::storeBytes(columnAt(q, b * 8 + kPart, k), Planes<T>::template values<kPart>(planes, k));
        });
    } else {
        __m256i bytes[8][Lanes::kFloats];
        for (int r = 0; r < Lanes::kFloats; ++r) {
            const T view(rows.at[r] + at);
            unrolled<8>([&](auto index) {
                constexpr int kPart = decltype(index)::value;
                bytes[kPart][r] = view.template bytes<kPart>();
            });
        }
        for (int part = 0; part < 8; ++part) {
            Ints columns[8];
            transposeEight([&](int r) { return bytes[part][r]; }, columns);
            for (int k = 0; k < 8; ++k)
                Lanes::storeBytes(columnAt(q, b * 8 + part, k), panelBytes<T>(columns[k]));
        }
    }
}

template <class T>
void unpackWide(Tag<T> type, const Rows &rows, std::int64_t m, std::uint8_t *q, float *d, float *min)
{
    constexpr int kGroup = T::kScaleGroup;
    for (std::int64_t b = 0; b < m / 256; ++b) {
        fetchNextRows(rows, b, m / 256);
        __m256 scales[Lanes::kFloats][32 / kGroup];
        __m256 mins[Lanes::kFloats][32 / kGroup];
        for (int r = 0; r < Lanes::kFloats; ++r) {
            const T view(rows.at[r] + b * static_cast<std::int64_t>(sizeof(typename T::Block)));
            const __m128 factors = view.factors();
            scalesOf<kGroup>(view.scales(), factors, scales[r]);
            if constexpr (T::kHasMin)
                scalesOf<kGroup>(view.mins(), _mm_xor_ps(_mm_movehdup_ps(factors), _mm_set1_ps(-0.0F)), mins[r]);
        }
        const std::int64_t at = b * (256 / kGroup) * kPanelRows8;
        storeScales(scales, d + at);
        if constexpr (T::kHasMin)
            storeScales(mins, min + at);
        unpackBytes(type, rows, b, q);
    }
}

void unpackRows8(const std::byte *w, std::size_t wStride, std::int64_t rows, std::int64_t m, const RowPanel8 &panel)
{
    for (std::int64_t r = 0; r < kPanelRows8; r += Lanes::kFloats) {
        const std::int64_t first = r < rows ? r : rows - 1; // rows beyond the last are computed and not used
        const Rows some(w + static_cast<std::size_t>(first) * wStride, wStride, rows - first);
        forType(
            panel.type, [&](auto tag) { unpackSimple(tag, some, m, panel.q + r * 4, panel.d + r, panel.min + r); },
            [&](auto tag) { unpackWide(tag, some, m, panel.q + r * 4, panel.d + r, panel.min + r); });
    }
}

} // namespace
} // namespace conclave::kernels
