#include "kernels/cpu/quant_kernels.h"

#include <cstring>
#include <immintrin.h>

/// The 8-bit matrix product for many tokens, with AVX-512 VNNI, whose byte product wants one operand unsigned: the tokens of a panel are
/// stored as q + 128, and the rows carry what undoes that.
namespace conclave::kernels
{

namespace
{

std::int32_t sumOfBytes(const std::int8_t *q, int count)
{
    std::int32_t sum = 0;
    for (int i = 0; i < count; ++i)
        sum += q[i];
    return sum;
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
            if (rows.hasMin) {
                const __m512 dSum = _mm512_loadu_ps(panel.dSum + g * width + column + v * 16);
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

void packTokens8Avx512(const QuantisedToken *tokens, std::int64_t count, std::int64_t m, std::int64_t group, int sumGroup,
                       const TokenPanel8 &panel, std::int64_t width)
{
    for (std::int64_t i = 0; i < width; ++i) {
        for (std::int64_t k = 0; k < m; k += 4) {
            std::uint32_t four = 0;
            if (i < count)
                std::memcpy(&four, tokens[i].q + k, 4);
            four ^= 0x80808080U;
            std::memcpy(panel.q + (k / 4 * width + i) * 4, &four, 4);
        }
        for (std::int64_t b = 0; b < m / 32; ++b)
            panel.d[b * width + i] = i < count ? tokens[i].d[b * 32 / group] : 0.0F;
        if (sumGroup == 0)
            continue;
        for (std::int64_t g = 0; g < m / sumGroup; ++g) {
            float dSum = 0;
            if (i < count) {
                const std::int16_t *sums = tokens[i].sums + g * sumGroup / 16;
                const int sum = sumGroup == 32 ? sums[0] + sums[1] : sums[0];
                dSum = tokens[i].d[g * sumGroup / group] * static_cast<float>(sum);
            }
            panel.dSum[g * width + i] = dSum;
        }
    }
}

void unpackRows8Avx512(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, std::int64_t m, RowPanel8 &panel)
{
    const std::int64_t scales = m / panel.group;
    for (std::int64_t r = 0; r < rows; ++r) {
        std::int8_t *q = panel.q + r * m;
        unpackRowAvx512(type, w + static_cast<std::size_t>(r) * wStride, m, panel.group, q, panel.d + r * scales, panel.min + r * scales);
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
