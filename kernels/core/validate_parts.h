#pragma once

#include "kernels/core/device.h"
#include "kernels/core/validate.h"

#include <algorithm>

/// What the checks of several ops ask of a tensor.
namespace conclave::kernels
{

/// No axis is longer than this, so that products of two lengths cannot overflow.
constexpr std::int64_t kLongestAxis = std::int64_t{1} << 31;

inline bool isActivation(const Tensor &tensor, int rank)
{
    return tensor.rank == rank && tensor.dtype == DType::kF32 && fitsBuffer(tensor);
}

inline bool isWeight(const Tensor &tensor, int rank)
{
    return tensor.rank == rank && tensor.dtype != DType::kI32 && fitsBuffer(tensor);
}

inline bool isVector(const Tensor &tensor, std::int64_t length)
{
    return isActivation(tensor, 1) && tensor.shape[0] == length;
}

inline bool isFloatPair(DType type)
{
    return type == DType::kF32 || type == DType::kF16;
}

/// Rows of an output must not lie on top of one another.
inline bool isWritable(const Tensor &tensor)
{
    if (tensor.buffer->readOnly())
        return false;
    const auto row = static_cast<std::int64_t>(rowBytes(tensor.dtype, static_cast<std::size_t>(tensor.rowLength())));
    for (int axis = 0; axis + 1 < tensor.rank; ++axis) {
        const auto index = static_cast<std::size_t>(axis);
        if (tensor.shape[index] > 1 && tensor.strideBytes[index] < row)
            return false;
    }
    return true;
}

inline bool sameShape(const Tensor &a, const Tensor &b)
{
    return a.rank == b.rank && std::equal(a.shape.begin(), a.shape.begin() + a.rank, b.shape.begin());
}

} // namespace conclave::kernels
