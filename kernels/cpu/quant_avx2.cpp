#include "kernels/cpu/quant_kernels.h"

#include <immintrin.h>

/// Integer dot products with AVX2. Products of unsigned with signed bytes are summed in pairs to 16 bits; no sum here can reach 2^15:
/// |q| <= 127 for tokens, and weights are at most 128 (Q8_0, as magnitudes), 15 (4 bits) or 63 (6 bits).
namespace conclave::kernels
{

namespace
{

float halfValue(std::uint16_t h)
{
    return _cvtsh_ss(h);
}

__m256i load(const void *p)
{
    return _mm256_loadu_si256(static_cast<const __m256i *>(p));
}

float sumOf(__m256 v)
{
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

/// Eight sums of four products, w unsigned.
__m256i dotUnsigned(__m256i w, __m256i q)
{
    return _mm256_madd_epi16(_mm256_maddubs_epi16(w, q), _mm256_set1_epi16(1));
}

/// Bytes 0..15 in the low half and their high nibbles in the upper one, each 0..15.
__m256i nibbles(const std::uint8_t *p)
{
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
    return _mm256_and_si256(_mm256_set_m128i(_mm_srli_epi16(bytes, 4), bytes), _mm256_set1_epi8(15));
}

struct DotQ8
{
    using Block = BlockQ8_0;
    static constexpr int kElements = 32;
    static __m256 add(const Block &block, const std::int8_t *q, float d, __m256 acc)
    {
        const __m256i w = load(block.q);
        const __m256i sums = dotUnsigned(_mm256_abs_epi8(w), _mm256_sign_epi8(load(q), w));
        return _mm256_fmadd_ps(_mm256_set1_ps(halfValue(block.d) * d), _mm256_cvtepi32_ps(sums), acc);
    }
};

struct DotQ4
{
    using Block = BlockQ4_0;
    static constexpr int kElements = 32;
    static __m256 add(const Block &block, const std::int8_t *q, float d, __m256 acc)
    {
        const __m256i w = _mm256_sub_epi8(nibbles(block.q), _mm256_set1_epi8(8));
        const __m256i sums = dotUnsigned(_mm256_abs_epi8(w), _mm256_sign_epi8(load(q), w));
        return _mm256_fmadd_ps(_mm256_set1_ps(halfValue(block.d) * d), _mm256_cvtepi32_ps(sums), acc);
    }
};

struct DotQ4K
{
    using Block = BlockQ4_K;
    static constexpr int kElements = 256;
    static __m256 add(const Block &block, const std::int8_t *q, float d, __m256 acc)
    {
        const std::uint8_t *s = block.scales;
        __m256i sum = _mm256_setzero_si256();
        __m256i minSum = _mm256_setzero_si256();
        for (int sub = 0; sub < 8; ++sub) {
            const int scale = sub < 4 ? s[sub] & 63 : (s[sub + 4] & 15) | (s[sub - 4] >> 6) << 4;
            const int min = sub < 4 ? s[sub + 4] & 63 : s[sub + 4] >> 4 | (s[sub] >> 6) << 4;
            const __m256i bytes = load(block.q + sub / 2 * 32);
            const __m256i w = _mm256_and_si256(sub % 2 == 0 ? bytes : _mm256_srli_epi16(bytes, 4), _mm256_set1_epi8(15));
            const __m256i tokens = load(q + sub * 32);
            const __m256i pairs = _mm256_maddubs_epi16(w, tokens); // at most 2 * 15 * 127
            const __m256i tokenPairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), tokens);
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(static_cast<short>(scale))));
            minSum = _mm256_add_epi32(minSum, _mm256_madd_epi16(tokenPairs, _mm256_set1_epi16(static_cast<short>(min))));
        }
        acc = _mm256_fmadd_ps(_mm256_set1_ps(halfValue(block.d) * d), _mm256_cvtepi32_ps(sum), acc);
        return _mm256_fnmadd_ps(_mm256_set1_ps(halfValue(block.dmin) * d), _mm256_cvtepi32_ps(minSum), acc);
    }
};

struct DotQ6K
{
    using Block = BlockQ6_K;
    static constexpr int kElements = 256;
    static __m256 add(const Block &block, const std::int8_t *q, float d, __m256 acc)
    {
        const __m256i offset = _mm256_set1_epi8(32);
        __m256i sum = _mm256_setzero_si256();
        for (int run = 0; run < 8; ++run) // 32 values with two scales
        {
            const __m256i ql = load(block.ql + run / 4 * 64 + run % 2 * 32);
            const __m256i qh = load(block.qh + run / 4 * 32);
            const __m256i low = _mm256_and_si256(_mm256_srl_epi16(ql, _mm_cvtsi32_si128(run % 4 / 2 * 4)), _mm256_set1_epi8(15));
            const __m256i high = _mm256_and_si256(_mm256_srl_epi16(qh, _mm_cvtsi32_si128(run % 4 * 2)), _mm256_set1_epi8(3));
            const __m256i w = _mm256_or_si256(low, _mm256_slli_epi16(high, 4));
            const __m256i tokens = load(q + run * 32);
            // The offset is taken off as 16-bit pairs: w - 32 would need signed weights.
            const __m256i pairs = _mm256_sub_epi16(_mm256_maddubs_epi16(w, tokens), _mm256_maddubs_epi16(offset, tokens));
            const __m256i scales = _mm256_set_m128i(_mm_set1_epi16(block.scales[run * 2 + 1]), _mm_set1_epi16(block.scales[run * 2]));
            sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, scales));
        }
        return _mm256_fmadd_ps(_mm256_set1_ps(halfValue(block.d) * d), _mm256_cvtepi32_ps(sum), acc);
    }
};

/// N tokens against one row, which stays in the first-level cache between them.
template <class Dot, int N>
void dotTokens(const typename Dot::Block *row, const QuantisedToken *x, std::int64_t blocks, float *out, std::int64_t outStride)
{
    __m256 acc[N];
    for (int t = 0; t < N; ++t)
        acc[t] = _mm256_setzero_ps();
    for (std::int64_t b = 0; b < blocks; ++b)
        for (int t = 0; t < N; ++t)
            acc[t] = Dot::add(row[b], x[t].q + b * Dot::kElements, x[t].d[b], acc[t]);
    for (int t = 0; t < N; ++t)
        out[t * outStride] = sumOf(acc[t]);
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

} // namespace

void dotQuantisedAvx2(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x, std::int64_t tokens,
                      std::int64_t m, float *out, std::int64_t outStride)
{
    if (type == DType::kQ8_0)
        dotRows<DotQ8>(w, wStride, rows, x, tokens, m, out, outStride);
    else if (type == DType::kQ4_0)
        dotRows<DotQ4>(w, wStride, rows, x, tokens, m, out, outStride);
    else if (type == DType::kQ4_K)
        dotRows<DotQ4K>(w, wStride, rows, x, tokens, m, out, outStride);
    else
        dotRows<DotQ6K>(w, wStride, rows, x, tokens, m, out, outStride);
}

} // namespace conclave::kernels
