#include "kernels/core/half.h"
#include "kernels/cpu/quant_kernels.h"

namespace conclave::kernels
{

namespace
{

int dotInt(const std::int8_t *a, const int *w, int n)
{
    int sum = 0;
    for (int i = 0; i < n; ++i)
        sum += a[i] * w[i];
    return sum;
}

float dotBlock(const BlockQ8_0 &block, const std::int8_t *q, float d)
{
    int sum = 0;
    for (int i = 0; i < 32; ++i)
        sum += block.q[i] * q[i];
    return halfToFloat(block.d) * d * static_cast<float>(sum);
}

float dotBlock(const BlockQ4_0 &block, const std::int8_t *q, float d)
{
    int sum = 0;
    for (int i = 0; i < 16; ++i)
        sum += ((block.q[i] & 15) - 8) * q[i] + ((block.q[i] >> 4) - 8) * q[i + 16];
    return halfToFloat(block.d) * d * static_cast<float>(sum);
}

float dotBlock(const BlockQ4_K &block, const std::int8_t *q, float d)
{
    const std::uint8_t *s = block.scales;
    int sum = 0;
    int minSum = 0;
    for (int sub = 0; sub < 8; ++sub) {
        const int scale = sub < 4 ? s[sub] & 63 : (s[sub + 4] & 15) | (s[sub - 4] >> 6) << 4;
        const int min = sub < 4 ? s[sub + 4] & 63 : s[sub + 4] >> 4 | (s[sub] >> 6) << 4;
        int w[32];
        int tokenSum = 0;
        for (int i = 0; i < 32; ++i) {
            w[i] = block.q[sub / 2 * 32 + i] >> (sub % 2 * 4) & 15;
            tokenSum += q[sub * 32 + i];
        }
        sum += scale * dotInt(q + sub * 32, w, 32);
        minSum += min * tokenSum;
    }
    return d * (halfToFloat(block.d) * static_cast<float>(sum) - halfToFloat(block.dmin) * static_cast<float>(minSum));
}

float dotBlock(const BlockQ6_K &block, const std::int8_t *q, float d)
{
    int sum = 0;
    for (int group = 0; group < 16; ++group) // 16 values with one scale
    {
        const int run = group / 2; // as in float_kernels.inl
        const std::uint8_t *ql = block.ql + run / 4 * 64 + run % 2 * 32 + group % 2 * 16;
        const std::uint8_t *qh = block.qh + run / 4 * 32 + group % 2 * 16;
        int w[16];
        for (int i = 0; i < 16; ++i)
            w[i] = ((ql[i] >> (run % 4 / 2 * 4) & 15) | (qh[i] >> (run % 4 * 2) & 3) << 4) - 32;
        sum += block.scales[group] * dotInt(q + group * 16, w, 16);
    }
    return halfToFloat(block.d) * d * static_cast<float>(sum);
}

template <class Block, int kElements>
void dotRows(const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x, std::int64_t tokens, std::int64_t m,
             float *out, std::int64_t outStride)
{
    for (std::int64_t r = 0; r < rows; ++r) {
        const auto *row = reinterpret_cast<const Block *>(w + static_cast<std::size_t>(r) * wStride);
        for (std::int64_t t = 0; t < tokens; ++t) {
            float sum = 0;
            for (std::int64_t b = 0; b < m / kElements; ++b)
                sum += dotBlock(row[b], x[t].q + b * kElements, x[t].d[b]);
            out[t * outStride + r] = sum;
        }
    }
}

} // namespace

void dotQuantisedPortable(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                          std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride)
{
    if (type == DType::kQ8_0)
        dotRows<BlockQ8_0, 32>(w, wStride, rows, x, tokens, m, out, outStride);
    else if (type == DType::kQ4_0)
        dotRows<BlockQ4_0, 32>(w, wStride, rows, x, tokens, m, out, outStride);
    else if (type == DType::kQ4_K)
        dotRows<BlockQ4_K, 256>(w, wStride, rows, x, tokens, m, out, outStride);
    else
        dotRows<BlockQ6_K, 256>(w, wStride, rows, x, tokens, m, out, outStride);
}

} // namespace conclave::kernels
