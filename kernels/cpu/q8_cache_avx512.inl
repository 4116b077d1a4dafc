// Attention of few rows over an 8-bit cache, for processors with VNNI; included by float_avx512.cpp after attention_kernels.inl.

#include <algorithm>

namespace conclave::kernels
{
namespace
{

constexpr int kKeysAtOnce = 16;
constexpr int kBlock = 32; ///< values of a Q8_0 block
constexpr std::int64_t kMostKeyWidth = 1024;

int mostDotRowsQ8(DType type)
{
    return type == DType::kQ8_0 ? kMostDotRows : mostDotRows(type);
}

/// A query in 16 bits, as two numbers of 8: steps of 3e-5 of its largest value, a hundredth of those of the keys.
struct SplitQuery
{
    struct Part
    {
        std::int32_t high[kBlock / 4]; ///< four values each, as vpdpbusd takes them
        std::int32_t low[kBlock / 4];
        std::int32_t start; ///< takes back the 128 that is added to every value of a key
    };
    Part parts[kMostKeyWidth / kBlock];
    float scale;
};

void splitQuery(const float *query, std::int64_t m, SplitQuery &out)
{
    Vec top = Vec::zero();
    for (std::int64_t k = 0; k < m; k += kLanes)
        top = maximum(top, magnitude(Vec::load(query + k)));
    const float largest = top.largest();
    constexpr float kMost = 127.0F * 256.0F;
    out.scale = largest / kMost;
    const Vec inverse = Vec::all(largest > 0 ? kMost / largest : 0.0F);
    for (std::int64_t b = 0; b < m / kBlock; ++b) {
        SplitQuery::Part &part = out.parts[b];
        __m512i sum = _mm512_setzero_si512();
        for (int half = 0; half < 2; ++half) {
            const __m512i q = _mm512_cvtps_epi32((Vec::load(query + b * kBlock + half * kLanes) * inverse).v);
            const __m512i high = _mm512_srai_epi32(_mm512_add_epi32(q, _mm512_set1_epi32(128)), 8);
            const __m512i low = _mm512_sub_epi32(q, _mm512_slli_epi32(high, 8));
            sum = _mm512_add_epi32(sum, q);
            _mm_storeu_si128(reinterpret_cast<__m128i *>(part.high + half * 4), _mm512_cvtepi32_epi8(high));
            _mm_storeu_si128(reinterpret_cast<__m128i *>(part.low + half * 4), _mm512_cvtepi32_epi8(low));
        }
        part.start = -128 * _mm512_reduce_add_epi32(sum);
    }
}

/// Four values of a block each: lane i of columns[j] holds values 4j .. 4j + 3 of key i, plus 128.
void transposeKeys(const std::byte *const *keys, std::size_t block, __m512i (&columns)[8])
{
    const auto load = [&](int i) {
        const auto *at = reinterpret_cast<const BlockQ8_0 *>(keys[i])[block].q;
        return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(at));
    };
    __m512i group[2][4]; // values 4c .. 4c + 3 and 16 + 4c .. 16 + 4c + 3 of eight keys each
    for (int g = 0; g < 2; ++g) {
        __m512i two[4]; // keys 8g + i and 8g + 4 + i
        for (int i = 0; i < 4; ++i)
            two[i] = _mm512_inserti64x4(_mm512_castsi256_si512(load(8 * g + i)), load(8 * g + 4 + i), 1);
        const __m512i a = _mm512_unpacklo_epi32(two[0], two[1]);
        const __m512i b = _mm512_unpackhi_epi32(two[0], two[1]);
        const __m512i c = _mm512_unpacklo_epi32(two[2], two[3]);
        const __m512i d = _mm512_unpackhi_epi32(two[2], two[3]);
        group[g][0] = _mm512_unpacklo_epi64(a, c);
        group[g][1] = _mm512_unpackhi_epi64(a, c);
        group[g][2] = _mm512_unpacklo_epi64(b, d);
        group[g][3] = _mm512_unpackhi_epi64(b, d);
    }
    const __m512i sign = _mm512_set1_epi8(-128);
    for (int c = 0; c < 4; ++c) {
        columns[c] = _mm512_xor_si512(_mm512_shuffle_i32x4(group[0][c], group[1][c], 0x88), sign);
        columns[4 + c] = _mm512_xor_si512(_mm512_shuffle_i32x4(group[0][c], group[1][c], 0xDD), sign);
    }
}

/// The scales of one block of sixteen rows.
__m512 blockScales(const std::byte *const *rows, std::size_t block)
{
    std::uint16_t halves[kKeysAtOnce];
    for (int i = 0; i < kKeysAtOnce; ++i)
        halves[i] = reinterpret_cast<const BlockQ8_0 *>(rows[i])[block].d;
    return Vec::loadHalf(halves).v;
}

/// Sixteen keys times N queries.
template <int N>
void dotSplitQueries(const std::byte *const *keys, std::int64_t m, const SplitQuery *queries, float *const (&out)[N],
                     const RowsAhead &ahead)
{
    const SpreadFetch fetch(ahead.bytes, m);
    __m512 acc[N];
    for (int t = 0; t < N; ++t)
        acc[t] = _mm512_setzero_ps();
    for (std::size_t b = 0; b < static_cast<std::size_t>(m / kBlock); ++b) {
        __m512i columns[8];
        transposeKeys(keys, b, columns);
        const auto column = static_cast<std::int64_t>(b) * kBlock;
        for (int i = 0; i < kKeysAtOnce; ++i)
            fetch(ahead.rows[i], column, column + kBlock);
        const __m512 scales = blockScales(keys, b);
        for (int t = 0; t < N; ++t) {
            const SplitQuery::Part &part = queries[t].parts[b];
            __m512i high = _mm512_setzero_si512();
            __m512i low = _mm512_set1_epi32(part.start);
            for (int j = 0; j < 8; ++j) {
                high = _mm512_dpbusd_epi32(high, columns[j], _mm512_set1_epi32(part.high[j]));
                low = _mm512_dpbusd_epi32(low, columns[j], _mm512_set1_epi32(part.low[j]));
            }
            acc[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_add_epi32(_mm512_slli_epi32(high, 8), low)), scales, acc[t]);
        }
    }
    for (int t = 0; t < N; ++t)
        _mm512_storeu_ps(out[t], _mm512_mul_ps(acc[t], _mm512_set1_ps(queries[t].scale)));
}

/// All keys times N queries at a time while there are so many, then times half as many.
template <int N>
void dotKeysOf(const std::byte *const *keys, std::int64_t count, const SplitQuery *queries, std::int64_t rows, std::int64_t m, float *out,
               std::int64_t outStride, RowsAhead ahead)
{
    for (; rows >= N; rows -= N, queries += N, out += N * outStride, ahead.bytes = 0)
        for (std::int64_t i = 0; i < count; i += kKeysAtOnce) {
            float *to[N];
            for (int t = 0; t < N; ++t)
                to[t] = out + t * outStride + i;
            dotSplitQueries<N>(keys + i, m, queries, to, {ahead.rows + i, ahead.bytes});
        }
    if constexpr (N > 1)
        if (rows > 0)
            dotKeysOf<N / 2>(keys, count, queries, rows, m, out, outStride, ahead);
}

/// Sixteen rows: the last one again where there are no more.
void padRows(const std::byte *const *rows, std::int64_t count, const std::byte **padded)
{
    for (std::int64_t i = 0; i < kKeysAtOnce; ++i)
        padded[i] = rows[std::min(i, count - 1)];
}

/// As dotKeys, of Q8_0 keys: eight queries at a time, keys turned in registers, products of 8 bits.
void dotKeysQ8(const std::byte *const *keys, std::int64_t count, const float *const *queries, std::int64_t rows, std::int64_t m, float *out,
               std::int64_t outStride, RowsAhead ahead)
{
    constexpr std::int64_t kQueries = 8;
    SplitQuery split[kQueries];
    const std::int64_t whole = count / kKeysAtOnce * kKeysAtOnce;
    for (std::int64_t first = 0; first < rows; first += kQueries, ahead.bytes = 0) {
        const std::int64_t some = std::min(kQueries, rows - first);
        for (std::int64_t r = 0; r < some; ++r)
            splitQuery(queries[first + r], m, split[r]);
        float *to = out + first * outStride;
        dotKeysOf<kQueries>(keys, whole, split, some, m, to, outStride, ahead);
        if (whole == count)
            continue;
        const std::byte *padded[kKeysAtOnce];
        padRows(keys + whole, count - whole, padded);
        float last[kQueries * kKeysAtOnce];
        dotKeysOf<kQueries>(padded, kKeysAtOnce, split, some, m, last, kKeysAtOnce, {padded, 0});
        for (std::int64_t r = 0; r < some; ++r)
            std::copy_n(last + r * kKeysAtOnce, count - whole, to + r * outStride + whole);
    }
}

void dotFewKeys(DType type, const std::byte *const *keys, std::int64_t count, const float *const *queries, std::int64_t rows,
                std::int64_t m, float *out, std::int64_t outStride, const RowsAhead &ahead)
{
    if (type == DType::kQ8_0 && m <= kMostKeyWidth)
        dotKeysQ8(keys, count, queries, rows, m, out, outStride, ahead);
    else
        dotKeys(type, keys, count, queries, rows, m, out, outStride, ahead);
}


constexpr std::int64_t kMostShares = 96;

/// A block of each value times the shares of R rows, which contain the blocks' scales.
template <int R>
void addBlockOf(const std::byte *const *values, std::int64_t count, std::size_t block, const float *shares, float *out,
                std::int64_t outStride, std::int64_t n, const RowsAhead &ahead)
{
    const SpreadFetch fetch(ahead.bytes, n);
    Vec acc[R][2];
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < 2; ++v)
            acc[r][v] = Vec::load(out + r * outStride + v * kLanes);
    const auto column = static_cast<std::int64_t>(block) * kBlock;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int8_t *q = reinterpret_cast<const BlockQ8_0 *>(values[i])[block].q;
        fetch(ahead.rows[i], column, column + kBlock);
        const Vec value[2] = {Vec::loadInt8(q), Vec::loadInt8(q + kLanes)};
        for (int r = 0; r < R; ++r) {
            const Vec share = Vec::all(shares[r * kMostShares + i]);
            for (int v = 0; v < 2; ++v)
                acc[r][v] = fma(share, value[v], acc[r][v]);
        }
    }
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < 2; ++v)
            acc[r][v].store(out + r * outStride + v * kLanes);
}

/// R rows of sums: each block's scale goes into the shares, so that its values need only be widened.
template <int R>
void addValuesOf(const std::byte *const *values, std::int64_t count, const float *shares, std::int64_t sharesStride, float *out,
                 std::int64_t outStride, std::int64_t n, const RowsAhead &ahead)
{
    alignas(64) float scaled[R * kMostShares];
    for (std::size_t b = 0; b < static_cast<std::size_t>(n / kBlock); ++b) {
        for (std::int64_t i = 0; i < count; i += kKeysAtOnce) {
            const std::byte *padded[kKeysAtOnce];
            const bool whole = i + kKeysAtOnce <= count;
            if (!whole)
                padRows(values + i, count - i, padded);
            const Vec scales{blockScales(whole ? values + i : padded, b)};
            const int present = static_cast<int>(std::min<std::int64_t>(kKeysAtOnce, count - i));
            for (int r = 0; r < R; ++r)
                (Vec::loadFirst(shares + r * sharesStride + i, present) * scales).storeFirst(scaled + r * kMostShares + i, present);
        }
        addBlockOf<R>(values, count, b, scaled, out + static_cast<std::int64_t>(b) * kBlock, outStride, n, ahead);
    }
}

void addFewValues(DType type, const std::byte *const *values, std::int64_t count, const float *shares, std::int64_t sharesStride,
                  std::int64_t rows, float *out, std::int64_t outStride, std::int64_t n, const RowsAhead &ahead)
{
    if (type != DType::kQ8_0 || n % kBlock != 0 || count > kMostShares) {
        addValues(type, values, count, shares, sharesStride, rows, out, outStride, n, ahead);
        return;
    }
    std::int64_t r = 0;
    const auto take = [&](auto tile, std::int64_t tileRows) {
        for (; r + tileRows <= rows; r += tileRows)
            tile(values, count, shares + r * sharesStride, sharesStride, out + r * outStride, outStride, n,
                 RowsAhead{ahead.rows, r == 0 ? ahead.bytes : 0});
    };
    take(addValuesOf<8>, 8);
    take(addValuesOf<4>, 4);
    take(addValuesOf<2>, 2);
    take(addValuesOf<1>, 1);
}

constexpr KernelTable withQ8Cache(KernelTable table)
{
    table.dotKeys = dotFewKeys;
    table.mostDotRows = mostDotRowsQ8;
    table.addValues = addFewValues;
    return table;
}

} // namespace
} // namespace conclave::kernels
