#pragma once

#include "kernels/cpu/kernel_table.h"

/// The integer kernels of each instruction set, in quant_*.cpp; the contracts are in kernel_table.h.
namespace conclave::kernels
{

void dotQuantisedPortable(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                          std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride);
void dotQuantisedAvx2(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x, std::int64_t tokens,
                      std::int64_t m, float *out, std::int64_t outStride);
void dotQuantisedAvxVnni(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                         std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride);
void dotQuantisedAvx512(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                        std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride);
/// See KernelTable::mostDotTokens (measured); of row by row dot products.
int mostRowDotTokens(DType type);
int mostDotTokensAvx512(DType type);
/// As dotQuantised, where it is the faster of the two; false elsewhere. Needs the tokens' corrections.
bool dotByColumnsAvx512(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                        std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride);

/// A row of quantised weights as integers: value i = d[i / group] * q[i] (+ min[i / group] where the type has mins). group is the type's
/// scaleGroup.
void unpackRowPortable(DType type, const std::byte *row, std::int64_t m, int group, std::int8_t *q, float *d, float *min);
void unpackRowAvx2(DType type, const std::byte *row, std::int64_t m, int group, std::int8_t *q, float *d, float *min);
void unpackRowAvx512(DType type, const std::byte *row, std::int64_t m, int group, std::int8_t *q, float *d, float *min);

int panelOffsetAvx2(DType type);
void unpackRows8Avx2(const std::byte *w, std::size_t wStride, std::int64_t rows, std::int64_t m, const RowPanel8 &panel);
void gemm8Avx2(const RowPanel8 &panel, const QuantisedToken *x, std::int64_t tokens, std::int64_t m, float *const *out);
int panelOffsetAvxVnni(DType type);
void unpackRows8AvxVnni(const std::byte *w, std::size_t wStride, std::int64_t rows, std::int64_t m, const RowPanel8 &panel);
void gemm8AvxVnni(const RowPanel8 &panel, const QuantisedToken *x, std::int64_t tokens, std::int64_t m, float *const *out);
int panelOffsetAvx512(DType type);
void unpackRows8Avx512(const std::byte *w, std::size_t wStride, std::int64_t rows, std::int64_t m, const RowPanel8 &panel);
void gemm8Avx512(const RowPanel8 &panel, const QuantisedToken *x, std::int64_t tokens, std::int64_t m, float *const *out);

std::int64_t int8BurstAvx512();

} // namespace conclave::kernels
