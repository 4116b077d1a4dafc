#include "kernels/cpu/quant_kernels.h"

#include <cstring>
#include <immintrin.h>

/// Integer dot products with AVX-512 VNNI, whose byte product wants one operand unsigned.
/// Few tokens: weights are made unsigned (by magnitude, or by an offset that a second product takes off again).
/// Many tokens: the tokens of a panel are stored as q + 128, and the rows carry what undoes that.
namespace conclave::kernels
{

namespace
{

float halfValue(std::uint16_t h)
{
    return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(h)));
}

__m512i dot(__m512i unsignedBytes, __m512i signedBytes)
{
    return _mm512_dpbusd_epi32(_mm512_setzero_si512(), unsignedBytes, signedBytes);
}

/// w in signed bytes; |w| <= 128, |q| <= 127.
__m512i dotSigned(__m512i w, __m512i q)
{
    return dot(_mm512_abs_epi8(w), _mm512_mask_sub_epi8(q, _mm512_movepi8_mask(w), _mm512_setzero_si512(), q));
}

__m512i join(__m256i low, __m256i high)
{
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

__m512 halves(float low, float high)
{
    return _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_set1_ps(low)), _mm256_set1_ps(high), 1);
}

__m256i load32(const void *p)
{
    return _mm256_loadu_si256(static_cast<const __m256i *>(p));
}

/// The 32 values of a block as signed bytes.
__m256i signedBytes(const BlockQ8_0 &block)
{
    return load32(block.q);
}

__m256i signedBytes(const BlockQ4_0 &block)
{
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(block.q));
    const __m256i nibbles = _mm256_and_si256(_mm256_set_m128i(_mm_srli_epi16(bytes, 4), bytes), _mm256_set1_epi8(15));
    return _mm256_sub_epi8(nibbles, _mm256_set1_epi8(8));
}

/// Q8_0 and Q4_0, two blocks at a time.
template <class BlockType>
struct DotPairs
{
    using Block = BlockType;
    static constexpr int kElements = 32;

    /// The same for sixteen blocks, whose scales are widened together: one by one they cost more than the products.
    template <int N>
    static void accumulateSixteen(const Block *row, const QuantisedToken *x, std::int64_t first, __m512 *acc)
    {
        const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        const __m512i offsets = _mm512_mullo_epi32(lanes, _mm512_set1_epi32(sizeof(Block)));
        const __m512 scale = _mm512_cvtph_ps(_mm512_cvtepi32_epi16(_mm512_i32gather_epi32(offsets, row, 1))); // d and two bytes of q
        __m512 d[N];
        for (int t = 0; t < N; ++t)
            d[t] = _mm512_mul_ps(scale, _mm512_loadu_ps(x[t].d + first));
        const __m512i halfIndex = join(_mm256_setzero_si256(), _mm256_set1_epi32(1));
        for (int i = 0; i < 16; i += 2) {
            const __m512i w = join(signedBytes(row[i]), signedBytes(row[i + 1]));
            const __m512i index = _mm512_add_epi32(halfIndex, _mm512_set1_epi32(i));
            for (int t = 0; t < N; ++t) {
                const __m512i sums = dotSigned(w, _mm512_loadu_si512(x[t].q + (first + i) * 32));
                acc[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), _mm512_permutexvar_ps(index, d[t]), acc[t]);
            }
        }
    }

    template <int N>
    static void accumulate(const Block *row, const QuantisedToken *x, std::int64_t blocks, __m512 *acc)
    {
        std::int64_t b = 0;
        for (; b + 16 <= blocks; b += 16)
            accumulateSixteen<N>(row + b, x, b, acc);
        for (; b + 2 <= blocks; b += 2) {
            const __m512i w = join(signedBytes(row[b]), signedBytes(row[b + 1]));
            const __m512 scale = halves(halfValue(row[b].d), halfValue(row[b + 1].d));
            for (int t = 0; t < N; ++t) {
                const __m512i sums = dotSigned(w, _mm512_loadu_si512(x[t].q + b * 32));
                const __m512 d = _mm512_mul_ps(scale, halves(x[t].d[b], x[t].d[b + 1]));
                acc[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), d, acc[t]);
            }
        }
        if (b < blocks) {
            const __m512i w = join(signedBytes(row[b]), _mm256_setzero_si256());
            for (int t = 0; t < N; ++t) {
                const __m512i sums = dotSigned(w, join(load32(x[t].q + b * 32), _mm256_setzero_si256()));
                acc[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sums), _mm512_set1_ps(halfValue(row[b].d) * x[t].d[b]), acc[t]);
            }
        }
    }
};

/// The eight 6-bit scales and mins of a Q4_K block, one a byte.
struct ScalesQ4K
{
    std::uint64_t scale;
    std::uint64_t min;
    explicit ScalesQ4K(const BlockQ4_K &block)
    {
        std::uint32_t s[3];
        std::memcpy(s, block.scales, sizeof s);
        const std::uint32_t highScale = (s[2] & 0x0F0F0F0FU) | (s[0] >> 6 & 0x03030303U) << 4;
        const std::uint32_t highMin = (s[2] >> 4 & 0x0F0F0F0FU) | (s[1] >> 6 & 0x03030303U) << 4;
        scale = (s[0] & 0x3F3F3F3FU) | static_cast<std::uint64_t>(highScale) << 32;
        min = (s[1] & 0x3F3F3F3FU) | static_cast<std::uint64_t>(highMin) << 32;
    }
};

/// Bytes of `eight` as 32-bit integers: byte 2 i in lanes 0..7, byte 2 i + 1 in lanes 8..15.
__m512i spread(std::uint64_t eight, int i)
{
    const __m512i wide = _mm512_castsi256_si512(_mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(eight))));
    const __m512i index = _mm512_add_epi32(join(_mm256_setzero_si256(), _mm256_set1_epi32(1)), _mm512_set1_epi32(2 * i));
    return _mm512_permutexvar_epi32(index, wide);
}

struct DotQ4K
{
    using Block = BlockQ4_K;
    static constexpr int kElements = 256;

    template <int N>
    static void accumulate(const Block *row, const QuantisedToken *x, std::int64_t blocks, __m512 *acc)
    {
        const __m512i shifts = join(_mm256_setzero_si256(), _mm256_set1_epi16(4));
        for (std::int64_t b = 0; b < blocks; ++b) {
            const ScalesQ4K scales(row[b]);
            __m512i sum[N];
            __m512i minSum[N];
            for (int t = 0; t < N; ++t)
                sum[t] = minSum[t] = _mm512_setzero_si512();
            for (int i = 0; i < 4; ++i) // sub-blocks 2 i (low nibbles) and 2 i + 1
            {
                const __m256i bytes = load32(row[b].q + i * 32);
                const __m512i w = _mm512_and_si512(_mm512_srlv_epi16(join(bytes, bytes), shifts), _mm512_set1_epi8(15));
                const __m512i scale = spread(scales.scale, i);
                const __m512i min = spread(scales.min, i);
                for (int t = 0; t < N; ++t) {
                    const __m512i q = _mm512_loadu_si512(x[t].q + b * 256 + i * 64);
                    sum[t] = _mm512_add_epi32(sum[t], _mm512_mullo_epi32(dot(w, q), scale));
                    minSum[t] = _mm512_add_epi32(minSum[t], _mm512_mullo_epi32(dot(_mm512_set1_epi8(1), q), min));
                }
            }
            for (int t = 0; t < N; ++t) {
                const float d = x[t].d[b];
                acc[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[t]), _mm512_set1_ps(halfValue(row[b].d) * d), acc[t]);
                acc[t] = _mm512_fnmadd_ps(_mm512_cvtepi32_ps(minSum[t]), _mm512_set1_ps(halfValue(row[b].dmin) * d), acc[t]);
            }
        }
    }
};

/// Values 64 i .. 64 i + 63 of a Q6_K block, 0..63 (the offset of 32 not yet taken off).
__m512i unsignedBytes(const BlockQ6_K &block, int i)
{
    const __m512i ql = _mm512_loadu_si512(block.ql + i / 2 * 64);
    const __m256i bytes = load32(block.qh + i / 2 * 32);
    const __m512i low = _mm512_and_si512(i % 2 == 0 ? ql : _mm512_srli_epi16(ql, 4), _mm512_set1_epi8(15));
    const auto shift = static_cast<short>(i % 2 * 4);
    const __m512i shifts = join(_mm256_set1_epi16(shift), _mm256_set1_epi16(static_cast<short>(shift + 2)));
    const __m512i high = _mm512_and_si512(_mm512_srlv_epi16(join(bytes, bytes), shifts), _mm512_set1_epi8(3));
    return _mm512_or_si512(low, _mm512_slli_epi16(high, 4));
}

struct DotQ6K
{
    using Block = BlockQ6_K;
    static constexpr int kElements = 256;

    template <int N>
    static void accumulate(const Block *row, const QuantisedToken *x, std::int64_t blocks, __m512 *acc)
    {
        const __m512i fours = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
        for (std::int64_t b = 0; b < blocks; ++b) {
            const __m512i scales = _mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i *>(row[b].scales)));
            __m512i sum[N];
            for (int t = 0; t < N; ++t)
                sum[t] = _mm512_setzero_si512();
            for (int i = 0; i < 4; ++i) {
                const __m512i w = unsignedBytes(row[b], i);
                const __m512i scale = _mm512_permutexvar_epi32(_mm512_add_epi32(fours, _mm512_set1_epi32(4 * i)), scales);
                for (int t = 0; t < N; ++t) {
                    const __m512i q = _mm512_loadu_si512(x[t].q + b * 256 + i * 64);
                    const __m512i product = _mm512_sub_epi32(dot(w, q), dot(_mm512_set1_epi8(32), q));
                    sum[t] = _mm512_add_epi32(sum[t], _mm512_mullo_epi32(product, scale));
                }
            }
            for (int t = 0; t < N; ++t)
                acc[t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum[t]), _mm512_set1_ps(halfValue(row[b].d) * x[t].d[b]), acc[t]);
        }
    }
};

template <class Dot, int N>
void dotTokens(const typename Dot::Block *row, const QuantisedToken *x, std::int64_t blocks, float *out, std::int64_t outStride)
{
    __m512 acc[N];
    for (int t = 0; t < N; ++t)
        acc[t] = _mm512_setzero_ps();
    Dot::template accumulate<N>(row, x, blocks, acc);
    for (int t = 0; t < N; ++t)
        out[t * outStride] = _mm512_reduce_add_ps(acc[t]);
}

template <class Dot>
void dotRows(const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x, std::int64_t tokens, std::int64_t m,
             float *out, std::int64_t outStride)
{
    const std::int64_t blocks = m / Dot::kElements;
    for (std::int64_t r = 0; r < rows; ++r) {
        const auto *row = reinterpret_cast<const typename Dot::Block *>(w + static_cast<std::size_t>(r) * wStride);
        std::int64_t t = 0;
        for (; t + 4 <= tokens; t += 4)
            dotTokens<Dot, 4>(row, x + t, blocks, out + t * outStride + r, outStride);
        for (; t < tokens; ++t)
            dotTokens<Dot, 1>(row, x + t, blocks, out + t * outStride + r, outStride);
    }
}

// ---- Many tokens ----

std::int32_t sumOfBytes(const std::int8_t *q, int count)
{
    std::int32_t sum = 0;
    for (int i = 0; i < count; ++i)
        sum += q[i];
    return sum;
}

void store32(std::int8_t *to, __m256i bytes)
{
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(to), bytes);
}

template <class Block>
void unpackSimple(const Block *row, std::int64_t blocks, std::int8_t *q, float *d)
{
    for (std::int64_t b = 0; b < blocks; ++b) {
        store32(q + b * 32, signedBytes(row[b]));
        d[b] = halfValue(row[b].d);
    }
}

void unpackQ4K(const BlockQ4_K *row, std::int64_t blocks, std::int8_t *q, float *d, float *min)
{
    for (std::int64_t b = 0; b < blocks; ++b) {
        const ScalesQ4K scales(row[b]);
        for (int i = 0; i < 4; ++i) {
            const __m256i bytes = load32(row[b].q + i * 32);
            const __m256i mask = _mm256_set1_epi8(15);
            store32(q + b * 256 + i * 64, _mm256_and_si256(bytes, mask));
            store32(q + b * 256 + i * 64 + 32, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), mask));
        }
        for (int sub = 0; sub < 8; ++sub) {
            d[b * 8 + sub] = halfValue(row[b].d) * static_cast<float>(scales.scale >> (8 * sub) & 63);
            min[b * 8 + sub] = -halfValue(row[b].dmin) * static_cast<float>(scales.min >> (8 * sub) & 63);
        }
    }
}

void unpackQ6K(const BlockQ6_K *row, std::int64_t blocks, std::int8_t *q, float *d)
{
    for (std::int64_t b = 0; b < blocks; ++b) {
        for (int i = 0; i < 4; ++i)
            _mm512_storeu_si512(q + b * 256 + i * 64, _mm512_sub_epi8(unsignedBytes(row[b], i), _mm512_set1_epi8(32)));
        for (int g = 0; g < 16; ++g)
            d[b * 16 + g] = halfValue(row[b].d) * static_cast<float>(row[b].scales[g]);
    }
}

/// R rows x V vectors of tokens.
template <int R, int V>
void tile8(const RowPanel8 &rows, std::int64_t firstRow, const TokenPanel8 &panel, std::int64_t column, std::int64_t width, std::int64_t m,
           float *c, std::int64_t cStride)
{
    const int steps = rows.group / 4;
    const std::int64_t scaleStride = m / rows.group;
    __m512 acc[R][V];
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < V; ++v)
            acc[r][v] = _mm512_setzero_ps();
    const std::int8_t *w = rows.q + firstRow * m;
    const std::uint8_t *tokens = panel.q + column * 4;
    for (std::int64_t g = 0; g < scaleStride; ++g) {
        const std::int64_t scale = firstRow * scaleStride + g;
        __m512i sum[R][V];
        for (int r = 0; r < R; ++r)
            for (int v = 0; v < V; ++v)
                sum[r][v] = _mm512_set1_epi32(rows.offset[scale + r * scaleStride]);
        for (int s = 0; s < steps; ++s, tokens += width * 4, w += 4) {
            __m512i x[V];
            for (int v = 0; v < V; ++v)
                x[v] = _mm512_loadu_si512(tokens + v * 64);
            for (int r = 0; r < R; ++r) {
                std::int32_t four;
                std::memcpy(&four, w + r * m, 4);
                const __m512i weights = _mm512_set1_epi32(four);
                for (int v = 0; v < V; ++v)
                    sum[r][v] = _mm512_dpbusd_epi32(sum[r][v], x[v], weights);
            }
        }
        const std::int64_t block = g * rows.group / 32;
        for (int v = 0; v < V; ++v) {
            const __m512 d = _mm512_loadu_ps(panel.d + block * width + column + v * 16);
            for (int r = 0; r < R; ++r) {
                const __m512 scaled = _mm512_mul_ps(_mm512_cvtepi32_ps(sum[r][v]), _mm512_set1_ps(rows.d[scale + r * scaleStride]));
                acc[r][v] = _mm512_fmadd_ps(scaled, d, acc[r][v]);
            }
            if (rows.hasMin) // group is 32
            {
                const __m512 dSum = _mm512_loadu_ps(panel.dSum + block * width + column + v * 16);
                for (int r = 0; r < R; ++r)
                    acc[r][v] = _mm512_fmadd_ps(dSum, _mm512_set1_ps(rows.min[scale + r * scaleStride]), acc[r][v]);
            }
        }
    }
    for (int r = 0; r < R; ++r)
        for (int v = 0; v < V; ++v)
            _mm512_storeu_ps(c + (firstRow + r) * cStride + column + v * 16, acc[r][v]);
}

template <int R>
void tileRow8(const RowPanel8 &rows, std::int64_t firstRow, const TokenPanel8 &panel, std::int64_t width, std::int64_t m, float *c,
              std::int64_t cStride)
{
    std::int64_t column = 0;
    for (; column + 32 <= width; column += 32)
        tile8<R, 2>(rows, firstRow, panel, column, width, m, c, cStride);
    if (column < width)
        tile8<R, 1>(rows, firstRow, panel, column, width, m, c, cStride);
}

} // namespace

void dotQuantisedAvx512(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                        std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride)
{
    if (type == DType::kQ8_0)
        dotRows<DotPairs<BlockQ8_0>>(w, wStride, rows, x, tokens, m, out, outStride);
    else if (type == DType::kQ4_0)
        dotRows<DotPairs<BlockQ4_0>>(w, wStride, rows, x, tokens, m, out, outStride);
    else if (type == DType::kQ4_K)
        dotRows<DotQ4K>(w, wStride, rows, x, tokens, m, out, outStride);
    else
        dotRows<DotQ6K>(w, wStride, rows, x, tokens, m, out, outStride);
}

void packTokens8Avx512(const QuantisedToken *tokens, std::int64_t count, std::int64_t m, std::int64_t group, const TokenPanel8 &panel,
                       std::int64_t width)
{
    for (std::int64_t i = 0; i < width; ++i) {
        for (std::int64_t k = 0; k < m; k += 4) {
            std::uint32_t four = 0;
            if (i < count)
                std::memcpy(&four, tokens[i].q + k, 4);
            four ^= 0x80808080U;
            std::memcpy(panel.q + (k / 4 * width + i) * 4, &four, 4);
        }
        for (std::int64_t b = 0; b < m / 32; ++b) {
            const float d = i < count ? tokens[i].d[b * 32 / group] : 0.0F;
            panel.d[b * width + i] = d;
            if (group == 256) // only Q4_K has mins, and it has blocks of 256
                panel.dSum[b * width + i] = i < count ? d * static_cast<float>(sumOfBytes(tokens[i].q + b * 32, 32)) : 0.0F;
        }
    }
}

void unpackRows8Avx512(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, std::int64_t m, RowPanel8 &panel)
{
    const std::int64_t scales = m / panel.group;
    for (std::int64_t r = 0; r < rows; ++r) {
        const std::byte *row = w + static_cast<std::size_t>(r) * wStride;
        std::int8_t *q = panel.q + r * m;
        float *d = panel.d + r * scales;
        if (type == DType::kQ8_0)
            unpackSimple(reinterpret_cast<const BlockQ8_0 *>(row), m / 32, q, d);
        else if (type == DType::kQ4_0)
            unpackSimple(reinterpret_cast<const BlockQ4_0 *>(row), m / 32, q, d);
        else if (type == DType::kQ4_K)
            unpackQ4K(reinterpret_cast<const BlockQ4_K *>(row), m / 256, q, d, panel.min + r * scales);
        else
            unpackQ6K(reinterpret_cast<const BlockQ6_K *>(row), m / 256, q, d);
        for (std::int64_t g = 0; g < scales; ++g)
            panel.offset[r * scales + g] = -128 * sumOfBytes(q + g * panel.group, panel.group);
    }
}

void gemm8Avx512(const RowPanel8 &rows, std::int64_t rowCount, const TokenPanel8 &panel, std::int64_t width, std::int64_t m, float *c,
                 std::int64_t cStride)
{
    std::int64_t r = 0;
    for (; r + 4 <= rowCount; r += 4)
        tileRow8<4>(rows, r, panel, width, m, c, cStride);
    for (; r < rowCount; ++r)
        tileRow8<1>(rows, r, panel, width, m, c, cStride);
}

} // namespace conclave::kernels
