#include "kernels/cpu/quant_kernels.h"

#include "kernels/cpu/quant_x86_blocks.inl"

#include <algorithm>
#include <cstring>

/// The 8-bit matrix product for many tokens, with AVX-512 VNNI. A vector holds four bytes of each of sixteen weight rows, a token's four
/// bytes go to all lanes: so tokens need no packing and no padding, and a token's outputs lie side by side. Sums of a group's products
/// start at what the weights' offset takes off, and become floats once a group.
namespace conclave::kernels
{

namespace
{

constexpr int kVectors = kPanelRows8 / 16;
constexpr int kMostTokens = 6; ///< in registers at a time: two vectors of sums and two of floats each

std::int32_t load4(const std::int8_t *q)
{
    std::int32_t four;
    std::memcpy(&four, q, 4);
    return four;
}

float asFloat(std::int32_t bits)
{
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
}

/// What a type's sums look like.
template <int groupLength, bool wideBlocks, bool withMin>
struct Kind
{
    static constexpr int kGroup = groupLength;
    static constexpr bool kWide = wideBlocks; ///< tokens have a scale for 256 values, not 32
    static constexpr bool kMin = withMin;     ///< corrections are floats that go with the mins, not integers that the sums start at
};

/// N tokens against one panel.
template <class K, int N>
void tile8(const RowPanel8 &panel, const QuantisedToken *x, std::int64_t m, float *const *out)
{
    constexpr int kGroups = K::kWide ? 256 / K::kGroup : 1; ///< that share a token's scale
    alignas(64) float acc[N][kVectors][16] = {};
    const std::uint8_t *w = panel.q;
    const float *d = panel.d;
    const float *min = panel.min;
    std::int64_t k = 0;
    std::int64_t g = 0;
    for (std::int64_t block = 0; k < m; ++block) {
        __m512 inner[N][kVectors];
        for (int t = 0; t < N; ++t)
            for (int v = 0; v < kVectors; ++v)
                inner[t][v] = _mm512_setzero_ps();
        for (int i = 0; i < kGroups; ++i, ++g, d += kPanelRows8) {
            __m512i sum[N][kVectors];
            for (int t = 0; t < N; ++t)
                for (int v = 0; v < kVectors; ++v)
                    sum[t][v] = K::kMin ? _mm512_setzero_si512() : _mm512_set1_epi32(x[t].corrections[g]);
#pragma GCC unroll 8
            for (int step = 0; step < K::kGroup; step += 4, k += 4, w += 4 * kPanelRows8) {
                __m512i weights[kVectors];
                for (int v = 0; v < kVectors; ++v)
                    weights[v] = _mm512_loadu_si512(w + v * 64);
                for (int t = 0; t < N; ++t) {
                    const __m512i four = _mm512_set1_epi32(load4(x[t].q + k));
                    for (int v = 0; v < kVectors; ++v)
                        sum[t][v] = _mm512_dpbusd_epi32(sum[t][v], weights[v], four);
                }
            }
            for (int v = 0; v < kVectors; ++v) {
                const __m512 scale = _mm512_loadu_ps(d + v * 16);
                for (int t = 0; t < N; ++t)
                    inner[t][v] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[t][v]), scale, inner[t][v]);
            }
            if constexpr (K::kMin) {
                for (int v = 0; v < kVectors; ++v) {
                    const __m512 least = _mm512_loadu_ps(min + v * 16);
                    for (int t = 0; t < N; ++t)
                        inner[t][v] = _mm512_fmadd_ps(least, _mm512_set1_ps(asFloat(x[t].corrections[g])), inner[t][v]);
                }
                min += kPanelRows8;
            }
        }
        for (int t = 0; t < N; ++t) {
            const __m512 scale = _mm512_set1_ps(x[t].d[block]);
            for (int v = 0; v < kVectors; ++v)
                _mm512_store_ps(acc[t][v], _mm512_fmadd_ps(inner[t][v], scale, _mm512_load_ps(acc[t][v])));
        }
    }
    for (int t = 0; t < N; ++t)
        for (int v = 0; v < kVectors; ++v)
            _mm512_storeu_ps(out[t] + v * 16, _mm512_load_ps(acc[t][v]));
}

template <class K, int N = kMostTokens>
void tileOf(std::int64_t tokens, const RowPanel8 &panel, const QuantisedToken *x, std::int64_t m, float *const *out)
{
    if constexpr (N > 0) {
        if (tokens == N)
            tile8<K, N>(panel, x, m, out);
        else
            tileOf<K, N - 1>(tokens, panel, x, m, out);
    }
}

template <class K>
void gemmOf(const RowPanel8 &panel, const QuantisedToken *x, std::int64_t tokens, std::int64_t m, float *const *out)
{
    const std::int64_t tiles = (tokens + kMostTokens - 1) / kMostTokens;
    for (std::int64_t i = 0; i < tiles; ++i) { // of nearly the same size
        const std::int64_t first = tokens * i / tiles;
        tileOf<K>(tokens * (i + 1) / tiles - first, panel, x + first, m, out + first);
    }
}

// ---- Rows to panels: sixteen rows at a time, whose dwords are transposed as they lie in the file, before they are taken apart ----

/// Sixteen rows, `wStride` bytes apart; beyond the last the last one again.
struct Rows
{
    const std::byte *at[16];

    Rows(const std::byte *first, std::size_t wStride, std::int64_t count)
    {
        for (std::int64_t r = 0; r < 16; ++r)
            at[r] = first + static_cast<std::size_t>(std::min(r, count - 1)) * wStride;
    }
};

/// Asks for what lies where the next sixteen rows will be: one row after the other, which hardware does not see in sixteen rows at once.
/// At share b of `shares`.
void fetchNextRows(const Rows &rows, std::int64_t b, std::int64_t shares)
{
    const std::ptrdiff_t bytes = 16 * (rows.at[1] - rows.at[0]);
    for (std::ptrdiff_t line = bytes * b / shares / 64; line < bytes * (b + 1) / shares / 64; ++line)
        _mm_prefetch(reinterpret_cast<const char *>(rows.at[0]) + bytes + line * 64, _MM_HINT_T1);
}

__m512i join(__m256i a, __m256i b)
{
    return _mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1);
}

/// Vector i holds four dwords of rows i, i + 4, i + 8 and i + 12, a lane each; column k becomes dword k of all rows.
void transposeLanes(const __m512i *four, __m512i *columns)
{
    const __m512i low01 = _mm512_unpacklo_epi32(four[0], four[1]);
    const __m512i low23 = _mm512_unpacklo_epi32(four[2], four[3]);
    const __m512i high01 = _mm512_unpackhi_epi32(four[0], four[1]);
    const __m512i high23 = _mm512_unpackhi_epi32(four[2], four[3]);
    columns[0] = _mm512_unpacklo_epi64(low01, low23);
    columns[1] = _mm512_unpackhi_epi64(low01, low23);
    columns[2] = _mm512_unpacklo_epi64(high01, high23);
    columns[3] = _mm512_unpackhi_epi64(high01, high23);
}

/// load(r): eight dwords of row r.
template <class Load>
void transposeEight(const Load &load, __m512i *columns)
{
    __m512i half[2][4]; // dwords 0..3 and 4..7
    for (int i = 0; i < 4; ++i) {
        const __m512i first = join(load(i), load(i + 4));
        const __m512i second = join(load(i + 8), load(i + 12));
        half[0][i] = _mm512_shuffle_i64x2(first, second, 0x88);
        half[1][i] = _mm512_shuffle_i64x2(first, second, 0xDD);
    }
    transposeLanes(half[0], columns);
    transposeLanes(half[1], columns + 4);
}

/// load(r): four dwords of row r.
template <class Load>
void transposeFour(const Load &load, __m512i *columns)
{
    __m512i four[4];
    for (int i = 0; i < 4; ++i)
        four[i] = join(joinHalves(load(i), load(i + 4)), joinHalves(load(i + 8), load(i + 12)));
    transposeLanes(four, columns);
}

/// Column k of a part of 32 values.
std::uint8_t *columnAt(std::uint8_t *q, std::int64_t part, int k)
{
    return q + (part * 8 + k) * 4 * kPanelRows8;
}

__m512i bits(__m512i v, int shift, int mask)
{
    return _mm512_and_si512(_mm512_srli_epi16(v, static_cast<unsigned>(shift)), _mm512_set1_epi8(static_cast<char>(mask)));
}

__m512i lookUp512(const std::int8_t *table, __m512i indices)
{
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(load16(table)), indices);
}

/// Signed bytes become unsigned by 128; the others are.
template <int offset>
__m512i unsignedBytes(__m512i bytes)
{
    return offset == kSigned ? _mm512_xor_si512(bytes, _mm512_set1_epi8(-128)) : bytes;
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
    static __m512i of(__m512i nibbles) { return nibbles; }
};
template <>
struct NibbleValues<SimpleQ4_1> : NibbleValues<SimpleQ4_0>
{
};
template <>
struct NibbleValues<SimpleIQ4_NL>
{
    static constexpr bool kKnown = true;
    static __m512i of(__m512i nibbles) { return lookUp512(kIQ4Values, nibbles); }
};
template <>
struct NibbleValues<SimpleMXFP4>
{
    static constexpr bool kKnown = true;
    static __m512i of(__m512i nibbles) { return lookUp512(kFP4Unsigned, nibbles); }
};

template <class T>
void unpackSixteen(Tag<T>, const Rows &rows, std::int64_t m, std::uint8_t *q, float *d, float *min)
{
    for (std::int64_t b = 0; b < m / 32; ++b) {
        fetchNextRows(rows, b, m / 32);
        const auto block = [&](int r) -> const typename T::Block & { return reinterpret_cast<const typename T::Block *>(rows.at[r])[b]; };
        for (int r = 0; r < 16; ++r) {
            d[b * kPanelRows8 + r] = T::scale(block(r));
            if constexpr (T::kHasMin)
                min[b * kPanelRows8 + r] = T::min(block(r));
        }
        __m512i columns[8];
        if constexpr (NibbleValues<T>::kKnown) {
            transposeFour([&](int r) { return load16(block(r).q); }, columns);
            for (int k = 0; k < 4; ++k) {
                columns[k + 4] = NibbleValues<T>::of(bits(columns[k], 4, 15));
                columns[k] = NibbleValues<T>::of(bits(columns[k], 0, 15));
            }
        } else
            transposeEight([&](int r) { return T::bytes(block(r)); }, columns);
        for (int k = 0; k < 8; ++k)
            _mm512_storeu_si512(columnAt(q, b, k), unsignedBytes<T::kOffset>(columns[k]));
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
    static __m512i values(const __m512i (&planes)[kCount][8], int k)
    {
        return bits(planes[part / 4][k], part % 4 * 2, 3);
    }
};
template <>
struct Planes<ViewQ3_K>
{
    static constexpr int kCount = 3;
    static const std::uint8_t *plane(const BlockQ3_K &block, int i) { return i < 2 ? block.q + 32 * i : block.hmask; }
    template <int part>
    static __m512i values(const __m512i (&planes)[kCount][8], int k)
    {
        return _mm512_or_si512(bits(planes[part / 4][k], part % 4 * 2, 3), _mm512_slli_epi16(bits(planes[2][k], part, 1), 2));
    }
};
template <>
struct Planes<ViewQ4_K>
{
    static constexpr int kCount = 4;
    static const std::uint8_t *plane(const BlockQ4_K &block, int i) { return block.q + 32 * i; }
    template <int part>
    static __m512i values(const __m512i (&planes)[kCount][8], int k)
    {
        return bits(planes[part / 2][k], part % 2 * 4, 15);
    }
};
template <>
struct Planes<ViewQ5_K>
{
    static constexpr int kCount = 5;
    static const std::uint8_t *plane(const BlockQ5_K &block, int i) { return i < 4 ? block.q + 32 * i : block.qh; }
    template <int part>
    static __m512i values(const __m512i (&planes)[kCount][8], int k)
    {
        return _mm512_or_si512(bits(planes[part / 2][k], part % 2 * 4, 15), _mm512_slli_epi16(bits(planes[4][k], part, 1), 4));
    }
};
template <>
struct Planes<ViewQ6_K>
{
    static constexpr int kCount = 6;
    static const std::uint8_t *plane(const BlockQ6_K &block, int i) { return i < 4 ? block.ql + 32 * i : block.qh + 32 * (i - 4); }
    template <int part>
    static __m512i values(const __m512i (&planes)[kCount][8], int k)
    {
        return _mm512_or_si512(bits(planes[part / 4 * 2 + part % 2][k], part % 4 / 2 * 4, 15),
                               _mm512_slli_epi16(bits(planes[4 + part / 4][k], part % 4 * 2, 3), 4));
    }
};

/// factor * scale for the groups of 256 values of a row, in the first lanes.
__m512 scalesOf(__m256i sixteen, __m512 factor, int group)
{
    const __m512 scales = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(sixteen)), factor);
    return group == 16 ? scales : _mm512_maskz_compress_ps(0x5555, scales);
}

/// The scales of sixteen rows, kPanelRows8 floats apart for each group.
void storeScales(const __m512 *scales, int group, float *to)
{
    for (int half = 0; half < 256 / group / 8; ++half) {
        __m512i columns[8];
        transposeEight(
            [&](int r) {
                const __m512i row = _mm512_castps_si512(scales[r]);
                return half == 0 ? _mm512_castsi512_si256(row) : _mm512_extracti64x4_epi64(row, 1);
            },
            columns);
        for (int k = 0; k < 8; ++k)
            _mm512_storeu_si512(to + (half * 8 + k) * kPanelRows8, columns[k]);
    }
}

template <class T>
void unpackBytes(Tag<T>, const Rows &rows, std::int64_t b, std::uint8_t *q)
{
    constexpr int kPlanes = Planes<T>::kCount;
    const std::int64_t at = b * static_cast<std::int64_t>(sizeof(typename T::Block));
    if constexpr (kPlanes > 0) {
        __m512i planes[kPlanes][8];
        for (int i = 0; i < kPlanes; ++i)
            transposeEight(
                [&](int r) { return load32(Planes<T>::plane(*reinterpret_cast<const typename T::Block *>(rows.at[r] + at), i)); },
                planes[i]);
        unrolled<8>([&](auto index) {
            constexpr int kPart = decltype(index)::value;
            for (int k = 0; k < 8; ++k)
                _mm512_storeu_si512(columnAt(q, b * 8 + kPart, k), Planes<T>::template values<kPart>(planes, k));
        });
    } else {
        __m256i bytes[8][16];
        for (int r = 0; r < 16; ++r) {
            const T view(rows.at[r] + at);
            unrolled<8>([&](auto index) {
                constexpr int kPart = decltype(index)::value;
                bytes[kPart][r] = view.template bytes<kPart>();
            });
        }
        for (int part = 0; part < 8; ++part) {
            __m512i columns[8];
            transposeEight([&](int r) { return bytes[part][r]; }, columns);
            for (int k = 0; k < 8; ++k)
                _mm512_storeu_si512(columnAt(q, b * 8 + part, k), unsignedBytes<T::kOffset>(columns[k]));
        }
    }
}

template <class T>
void unpackSixteenWide(Tag<T> type, const Rows &rows, std::int64_t m, int group, std::uint8_t *q, float *d, float *min)
{
    for (std::int64_t b = 0; b < m / 256; ++b) {
        fetchNextRows(rows, b, m / 256);
        __m512 scales[16];
        __m512 mins[16];
        for (int r = 0; r < 16; ++r) {
            const T view(rows.at[r] + b * static_cast<std::int64_t>(sizeof(typename T::Block)));
            const __m128 factors = view.factors();
            scales[r] = scalesOf(view.scales(), _mm512_broadcastss_ps(factors), group);
            if constexpr (T::kHasMin)
                mins[r] = scalesOf(view.mins(), _mm512_broadcastss_ps(_mm_xor_ps(_mm_movehdup_ps(factors), _mm_set1_ps(-0.0F))), group);
        }
        const std::int64_t at = b * 256 / group * kPanelRows8;
        storeScales(scales, group, d + at);
        if constexpr (T::kHasMin)
            storeScales(mins, group, min + at);
        unpackBytes(type, rows, b, q);
    }
}

} // namespace

int panelOffsetAvx512(DType type)
{
    int offset = 0;
    const auto take = [&](auto tag) {
        constexpr int kOffset = decltype(tag)::Type::kOffset;
        offset = kOffset == kSigned ? 128 : kOffset;
    };
    forType(type, take, take);
    return offset;
}

void unpackRows8Avx512(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, std::int64_t m, const RowPanel8 &panel)
{
    for (std::int64_t r = 0; r < kPanelRows8; r += 16) {
        const std::int64_t first = std::min(r, rows - 1); // rows beyond the last are computed and not used
        const Rows sixteen(w + static_cast<std::size_t>(first) * wStride, wStride, rows - first);
        forType(
            type, [&](auto tag) { unpackSixteen(tag, sixteen, m, panel.q + r * 4, panel.d + r, panel.min + r); },
            [&](auto tag) { unpackSixteenWide(tag, sixteen, m, panel.group, panel.q + r * 4, panel.d + r, panel.min + r); });
    }
}

void gemm8Avx512(const RowPanel8 &panel, const QuantisedToken *x, std::int64_t tokens, std::int64_t m, float *const *out)
{
    if (!panel.wide)
        return panel.hasMin ? gemmOf<Kind<32, false, true>>(panel, x, tokens, m, out)
                            : gemmOf<Kind<32, false, false>>(panel, x, tokens, m, out);
    if (panel.group == 32)
        return panel.hasMin ? gemmOf<Kind<32, true, true>>(panel, x, tokens, m, out)
                            : gemmOf<Kind<32, true, false>>(panel, x, tokens, m, out);
    return panel.hasMin ? gemmOf<Kind<16, true, true>>(panel, x, tokens, m, out) : gemmOf<Kind<16, true, false>>(panel, x, tokens, m, out);
}

} // namespace conclave::kernels
