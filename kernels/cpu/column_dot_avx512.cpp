#include "kernels/cpu/quant_kernels.h"

#include "kernels/cpu/lanes_avx512.h"

namespace conclave::kernels
{
namespace
{

using Lanes = LanesAvx512;

} // namespace
} // namespace conclave::kernels

#include "kernels/cpu/column_dot.inl"

/// Few tokens against sixteen rows at a time, with AVX-512 VNNI.
namespace conclave::kernels
{

int mostDotTokensAvx512(DType type)
{
    return hasColumns(type) ? kMostTokens : mostRowDotTokens(type);
}

bool dotByColumnsAvx512(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                        std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride)
{
    return dotByColumns(type, w, wStride, rows, x, tokens, m, out, outStride);
}

} // namespace conclave::kernels
