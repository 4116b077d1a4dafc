#include "kernels/core/tensor.h"

#include <algorithm>

namespace conclave::kernels
{

std::int64_t Tensor::rows() const
{
    if (rank == 0)
        return 0;
    std::int64_t product = 1;
    for (int axis = 0; axis + 1 < rank; ++axis)
        product *= shape[static_cast<std::size_t>(axis)];
    return product;
}

std::size_t Tensor::packedBytes() const
{
    return static_cast<std::size_t>(rows()) * kernels::rowBytes(dtype, static_cast<std::size_t>(rowLength()));
}

bool Tensor::isPacked() const
{
    auto expected = static_cast<std::int64_t>(kernels::rowBytes(dtype, static_cast<std::size_t>(rowLength())));
    for (int axis = rank - 2; axis >= 0; --axis) {
        const auto index = static_cast<std::size_t>(axis);
        if (shape[index] > 1 && strideBytes[index] != expected)
            return false;
        expected *= shape[index];
    }
    return true;
}

Tensor Tensor::packed(DType dtype, std::initializer_list<std::int64_t> shape, Buffer *buffer, std::size_t offset)
{
    Tensor tensor;
    tensor.dtype = dtype;
    tensor.rank = static_cast<int>(std::min<std::size_t>(shape.size(), 4));
    std::copy_n(shape.begin(), tensor.rank, tensor.shape.begin());
    tensor.buffer = buffer;
    tensor.offset = offset;
    auto stride = static_cast<std::int64_t>(kernels::rowBytes(dtype, static_cast<std::size_t>(tensor.rowLength())));
    for (int axis = tensor.rank - 2; axis >= 0; --axis) {
        const auto index = static_cast<std::size_t>(axis);
        tensor.strideBytes[index] = stride;
        stride *= tensor.shape[index];
    }
    return tensor;
}

Tensor Tensor::at(std::int64_t index) const
{
    Tensor part = *this;
    part.offset += static_cast<std::size_t>(index * strideBytes[0]);
    part.rank = rank - 1;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        part.shape[axis] = shape[axis + 1];
        part.strideBytes[axis] = strideBytes[axis + 1];
    }
    part.shape[3] = 0;
    part.strideBytes[3] = 0;
    return part;
}

Tensor Tensor::slice(std::int64_t begin, std::int64_t count) const
{
    Tensor part = *this;
    if (rank == 1) // along a row: whole blocks only
        part.offset += kernels::rowBytes(dtype, static_cast<std::size_t>(begin));
    else
        part.offset += static_cast<std::size_t>(begin * strideBytes[0]);
    part.shape[0] = count;
    return part;
}

Tensor Tensor::columns(std::int64_t begin, std::int64_t count) const
{
    Tensor part = *this;
    part.offset += kernels::rowBytes(dtype, static_cast<std::size_t>(begin));
    part.shape[static_cast<std::size_t>(rank - 1)] = count;
    return part;
}

Tensor Tensor::reshaped(std::initializer_list<std::int64_t> newShape) const
{
    return packed(dtype, newShape, buffer, offset);
}

} // namespace conclave::kernels
