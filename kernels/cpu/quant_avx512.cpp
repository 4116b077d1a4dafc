#include "kernels/cpu/quant_kernels.h"

#include "kernels/cpu/lanes_avx512.h"

namespace conclave::kernels
{
namespace
{

using Lanes = LanesAvx512;

} // namespace
} // namespace conclave::kernels

#include "kernels/cpu/quant_x86_dot.inl"
#include "kernels/cpu/quant_x86_rows.inl"
#include "kernels/cpu/six_bit_dot.inl"

/// Integer dot products with AVX-512 VNNI.
namespace conclave::kernels
{

void dotQuantisedAvx512(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                        std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride)
{
    const bool done = tokens == 1 ? dotSixBitRows(type, w, wStride, rows, *x, m, out)
                                  : dotByColumnsAvx512(type, w, wStride, rows, x, tokens, m, out, outStride);
    if (!done)
        dotQuantised(type, w, wStride, rows, x, tokens, m, out, outStride);
}

void unpackRowAvx512(DType type, const std::byte *row, std::int64_t m, int group, std::int8_t *q, float *d, float *min)
{
    unpackRow(type, row, m, group, q, d, min);
}

} // namespace conclave::kernels
