#pragma once

#include "kernels/core/dtype.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace conclave::kernels
{

class Buffer;

/// A typed, shaped, strided view of device memory: a value, cheap to copy; it does not own the buffer.
/// Shapes are row-major, the last index runs fastest; at most four axes. Rows (the last axis) are always contiguous.
struct Tensor
{
    DType dtype = DType::kF32;
    int rank = 0;
    std::array<std::int64_t, 4> shape{};       ///< elements per axis, slowest first
    std::array<std::int64_t, 4> strideBytes{}; ///< bytes from one index of the axis to the next; last entry unused
    Buffer *buffer = nullptr;
    std::size_t offset = 0; ///< bytes from the start of the buffer

    bool empty() const { return buffer == nullptr; }
    std::int64_t rowLength() const { return rank == 0 ? 0 : shape[static_cast<std::size_t>(rank - 1)]; }
    /// Product of all axes but the last.
    std::int64_t rows() const;
    std::int64_t elements() const { return rows() * rowLength(); }
    /// Bytes of the whole tensor when packed.
    std::size_t packedBytes() const;
    bool isPacked() const;

    /// Packed tensor of `shape` at `offset` bytes of `buffer`.
    static Tensor packed(DType dtype, std::initializer_list<std::int64_t> shape, Buffer *buffer, std::size_t offset = 0);
    /// Sub-tensor at `index` of the first axis (rank shrinks by one).
    Tensor at(std::int64_t index) const;
    /// First `count` indices of the first axis from `begin`.
    Tensor slice(std::int64_t begin, std::int64_t count) const;
    /// Columns `begin` .. begin + count - 1 of every row. Of quantised types only whole blocks.
    Tensor columns(std::int64_t begin, std::int64_t count) const;
    /// Same packed memory under another shape with the same number of elements.
    Tensor reshaped(std::initializer_list<std::int64_t> shape) const;
};

} // namespace conclave::kernels
