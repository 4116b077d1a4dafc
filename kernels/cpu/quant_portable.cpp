#include "kernels/core/unpack_block.h"
#include "kernels/cpu/quant_kernels.h"

#include <cstring>

/// Integer dot products in plain C++, the same for all types: core unpacks a block, its integers are summed as integers.
namespace conclave::kernels
{

namespace
{

float dotBlock(const UnpackedBlock &block, int elements, bool hasMin, const std::int8_t *q, float d, const std::int16_t *sums)
{
    int sum = 0;
    int minSum = 0;
    for (int group = 0; group < elements / 16; ++group) {
        int products = 0;
        for (int i = group * 16; i < group * 16 + 16; ++i)
            products += block.q[i] * q[i];
        sum += block.scale[group] * products;
        if (hasMin)
            minSum += block.min[group] * sums[group];
    }
    const float scaled = block.d * static_cast<float>(sum);
    return d * (hasMin ? scaled - block.dmin * static_cast<float>(minSum) : scaled);
}

} // namespace

void dotQuantisedPortable(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                          std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride)
{
    const BlockLayout layout = blockLayout(type);
    const auto elements = static_cast<std::int64_t>(layout.elements);
    UnpackedBlock block;
    for (std::int64_t r = 0; r < rows; ++r) {
        for (std::int64_t t = 0; t < tokens; ++t)
            out[t * outStride + r] = 0;
        for (std::int64_t b = 0; b < m / elements; ++b) {
            unpackBlock(type, w + static_cast<std::size_t>(r) * wStride + static_cast<std::size_t>(b) * layout.bytes, block);
            for (std::int64_t t = 0; t < tokens; ++t)
                out[t * outStride + r] += dotBlock(block, static_cast<int>(elements), layout.hasMin, x[t].q + b * elements, x[t].d[b],
                                                   x[t].sums + b * elements / 16);
        }
    }
}

void unpackRowPortable(DType type, const std::byte *row, std::int64_t m, int group, std::int8_t *q, float *d, float *min)
{
    const BlockLayout layout = blockLayout(type);
    const auto elements = static_cast<std::int64_t>(layout.elements);
    UnpackedBlock block;
    for (std::int64_t b = 0; b < m / elements; ++b) {
        unpackBlock(type, row + static_cast<std::size_t>(b) * layout.bytes, block);
        std::memcpy(q + b * elements, block.q, layout.elements);
        for (int g = 0; g < static_cast<int>(elements) / group; ++g) {
            *d++ = block.d * static_cast<float>(block.scale[g * group / 16]);
            if (layout.hasMin)
                *min++ = -block.dmin * static_cast<float>(block.min[g * group / 16]);
        }
    }
}

int mostRowDotTokens(DType type)
{
    return blockLayout(type).elements == 32 ? 2 : 3; // a scale for 32 values each makes dot products dearer
}

} // namespace conclave::kernels
