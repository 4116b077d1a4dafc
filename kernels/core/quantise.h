#pragma once

#include "kernels/core/dtype.h"

#include <cstddef>
#include <span>

/// Rows between float32 and the stored types, in portable code: for writers, tests and the reference device.
/// Dequantising is exact in the sense of GGUF: the same bits as any engine that follows the formula in unpack_block.h.
namespace conclave::kernels
{

/// Expands out.size() values. `row` holds rowBytes(type, out.size()) bytes at any alignment. False, with `out` untouched, for
/// kI32, an unknown type, or sizes that do not fit.
bool dequantiseRow(DType type, std::span<const std::byte> row, std::span<float> out);

/// Stores in.size() values as kF32, kF16, kBF16, kQ8_0 or kQ4_0 (round to nearest). False for other types or sizes that do not fit.
/// Q8_0: d = max|x| / 127. Q4_0: d = (the value of largest magnitude) / -8, so that it lands on the end of the range that has 8 steps.
bool quantiseRow(DType type, std::span<const float> in, std::span<std::byte> row);

} // namespace conclave::kernels
