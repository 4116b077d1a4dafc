#include "kernels/cpu/quant_kernels.h"

#include "kernels/cpu/lanes_avxvnni.h"

namespace conclave::kernels
{
namespace
{

using Lanes = LanesAvxVnni;

} // namespace
} // namespace conclave::kernels

#include "kernels/cpu/quant_x86_dot.inl"

/// Integer dot products with AVX-VNNI.
namespace conclave::kernels
{

void dotQuantisedAvxVnni(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                         std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride)
{
    dotQuantised(type, w, wStride, rows, x, tokens, m, out, outStride);
}

} // namespace conclave::kernels
