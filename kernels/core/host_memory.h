#pragma once

#include "kernels/core/device.h"

#include <cstddef>
#include <memory>
#include <span>

/// Host memory as buffers, and access to tensors in it: what devices that compute on the host share.
namespace conclave::kernels
{

/// Zeroed, aligned to 64 bytes; nullptr when there is not enough.
std::unique_ptr<Buffer> allocateHostBuffer(std::size_t bytes);
/// Borrows `memory`, which the caller keeps alive; nullptr when it is empty or not aligned to 4 bytes.
std::unique_ptr<Buffer> borrowHostBuffer(std::span<const std::byte> memory);

Status uploadToHost(const Tensor &to, std::span<const std::byte> from);
Status downloadFromHost(std::span<std::byte> to, const Tensor &from);

/// Address of `tensor`'s first element.
inline std::byte *hostAddress(const Tensor &tensor)
{
    return tensor.buffer->hostData() + tensor.offset;
}

/// Addresses of a tensor's rows (its last axis), counted over all other axes.
template <class T>
class HostRows
{
public:
    HostRows() = default;
    explicit HostRows(const Tensor &tensor) : m_base(hostAddress(tensor))
    {
        for (int axis = tensor.rank - 2, i = 0; axis >= 0; --axis, ++i) {
            m_count[i] = tensor.shape[static_cast<std::size_t>(axis)];
            m_stride[i] = tensor.strideBytes[static_cast<std::size_t>(axis)];
        }
    }

    T *operator[](std::int64_t row) const
    {
        std::int64_t bytes = row % m_count[0] * m_stride[0];
        row /= m_count[0];
        bytes += row % m_count[1] * m_stride[1] + row / m_count[1] * m_stride[2];
        return reinterpret_cast<T *>(m_base + bytes);
    }

private:
    std::byte *m_base = nullptr;
    std::int64_t m_count[3] = {1, 1, 1}; ///< fastest axis first
    std::int64_t m_stride[3] = {};
};

} // namespace conclave::kernels
