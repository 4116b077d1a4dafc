// Attention of few rows over an 8-bit cache, for processors with VNNI; included by float_avx512.cpp after turned_keys_avx512.inl.

namespace conclave::kernels
{
namespace
{

constexpr int kBlock = 32; ///< values of a Q8_0 block

/// The scales of one block of sixteen rows.
__m512 blockScales(const std::byte *const *rows, std::size_t block)
{
    std::uint16_t halves[kKeysAtOnce];
    for (int i = 0; i < kKeysAtOnce; ++i)
        halves[i] = reinterpret_cast<const BlockQ8_0 *>(rows[i])[block].d;
    return Vec::loadHalf(halves).v;
}

/// A query in 16 bits, as two numbers of 8: steps of 3e-5 of its largest value, a hundredth of those of the keys.
struct SplitTile
{
    struct Part
    {
        std::int32_t high[kBlock / 4]; ///< four values each, as vpdpbusd takes them
        std::int32_t low[kBlock / 4];
        std::int32_t start; ///< takes back the 128 that is added to every value of a key
    };
    static constexpr std::int64_t kPartFloats = sizeof(Part) / sizeof(float);

    /// The scale, then the parts.
    static std::int64_t floats(std::int64_t m) { return 1 + m / kBlock * kPartFloats; }
    static std::int64_t steps(std::int64_t m) { return m / kBlock * 8; }

    template <int N>
    static void prepare(const float *const *queries, std::int64_t m, float *prepared)
    {
        for (int t = 0; t < N; ++t)
            split(queries[t], m, prepared + t * floats(m));
    }

    static void split(const float *query, std::int64_t m, float *prepared)
    {
        Vec top = Vec::zero();
        for (std::int64_t k = 0; k < m; k += kLanes)
            top = maximum(top, magnitude(Vec::load(query + k)));
        const float largest = top.largest();
        constexpr float kMost = 127.0F * 256.0F;
        *prepared++ = largest / kMost;
        const Vec inverse = Vec::all(largest > 0 ? kMost / largest : 0.0F);
        for (std::int64_t b = 0; b < m / kBlock; ++b, prepared += kPartFloats) {
            Part part;
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
            std::memcpy(prepared, &part, sizeof(part));
        }
    }

    template <int N>
    static void dot(const std::byte *const *keys, std::int64_t m, const float *prepared, __m512 (&scores)[N], PacedFetch &fetch)
    {
        const std::int64_t stride = floats(m);
        const __m512i sign = _mm512_set1_epi8(-128);
        __m512 acc[N];
        for (int t = 0; t < N; ++t)
            acc[t] = _mm512_setzero_ps();
        for (std::int64_t b = 0; b < m / kBlock; ++b) {
            __m512i columns[8];
            turnKeys(keys, static_cast<std::size_t>(b) * sizeof(BlockQ8_0) + offsetof(BlockQ8_0, q), columns);
            for (__m512i &column : columns)
                column = _mm512_xor_si512(column, sign);
            const __m512 scales = blockScales(keys, static_cast<std::size_t>(b));
            for (int t = 0; t < N; ++t) {
                fetch.step();
                const auto *part = reinterpret_cast<const Part *>(prepared + t * stride + 1 + b * kPartFloats);
                __m512i high = _mm512_setzero_si512();
                __m512i low = _mm512_set1_epi32(part->start);
                for (int j = 0; j < 8; ++j) {
                    high = _mm512_dpbusd_epi32(high, columns[j], _mm512_set1_epi32(part->high[j]));
                    low = _mm512_dpbusd_epi32(low, columns[j], _mm512_set1_epi32(part->low[j]));
                }
                acc[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(_mm512_add_epi32(_mm512_slli_epi32(high, 8), low)), scales, acc[t]);
            }
        }
        for (int t = 0; t < N; ++t)
            scores[t] = _mm512_mul_ps(acc[t], _mm512_set1_ps(prepared[t * stride]));
    }
};

constexpr std::int64_t kMostShares = 96;

/// A block of each value times the shares of R rows, which contain the blocks' scales.
template <int R>
void addBlockOf(const std::byte *const *values, std::int64_t count, std::size_t block, const float *shares, float *out,
                std::int64_t outStride, PacedFetch &fetch)
{
    Vec acc[R][2];
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < 2; ++v)
            acc[r][v] = Vec::load(out + r * outStride + v * kLanes);
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int8_t *q = reinterpret_cast<const BlockQ8_0 *>(values[i])[block].q;
        fetch.step();
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
    PacedFetch fetch(ahead, n / kBlock * count);
    for (std::size_t b = 0; b < static_cast<std::size_t>(n / kBlock); ++b) {
        for (std::int64_t i = 0; i < count; i += kKeysAtOnce) {
            const std::byte *padded[kKeysAtOnce];
            const bool whole = i + kKeysAtOnce <= count;
            if (!whole)
                padRows(values + i, count - i, padded);
            const Vec scales{blockScales(whole ? values + i : padded, b)};
            const int present = static_cast<int>(lesser(kKeysAtOnce, count - i));
            for (int r = 0; r < R; ++r)
                (Vec::loadFirst(shares + r * sharesStride + i, present) * scales).storeFirst(scaled + r * kMostShares + i, present);
        }
        addBlockOf<R>(values, count, b, scaled, out + static_cast<std::int64_t>(b) * kBlock, outStride, fetch);
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
            tile(values, count, shares + r * sharesStride, sharesStride, out + r * outStride, outStride, n, r == 0 ? ahead : RowsAhead());
    };
    take(addValuesOf<8>, 8);
    take(addValuesOf<4>, 4);
    take(addValuesOf<2>, 2);
    take(addValuesOf<1>, 1);
}

} // namespace
} // namespace conclave::kernels
