#include "kernels/cpu/quant_kernels.h"

#include "kernels/cpu/lanes_avxvnni.h"

#include <cstring>
#include <type_traits>

namespace conclave::kernels
{
namespace
{

using Lanes = LanesAvxVnni;

} // namespace
} // namespace conclave::kernels

#include "kernels/cpu/gemm8_panels.inl"

#include "kernels/cpu/gemm8.inl"

/// The 8-bit matrix product for many tokens, with AVX-VNNI.
namespace conclave::kernels
{

int panelOffsetAvxVnni(DType type)
{
    return panelOffset(type);
}

void unpackRows8AvxVnni(const std::byte *w, std::size_t wStride, std::int64_t rows, std::int64_t m, const RowPanel8 &panel)
{
    unpackRows8(w, wStride, rows, m, panel);
}

void gemm8AvxVnni(const RowPanel8 &panel, const QuantisedToken *x, std::int64_t tokens, std::int64_t m, float *const *out)
{
    gemm8(panel, x, tokens, m, out);
}

} // namespace conclave::kernels
