#pragma once

#include "engine/base/result.h"
#include "kernels/core/device.h"

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <span>
#include <vector>

/// Hidden rows of a sequence's last positions that the block which predicts further tokens (MTP) has not taken in. Engine thread only.
namespace conclave::engine
{

/// The block's input at a position needs the token behind it, which is known a step later; and a block that nobody asks is not run for
/// every token but now and then for many. All positions before `first` are in the block's keys and values.
class WaitingRows
{
public:
    static constexpr int kMost = 64;

    /// `width` 0: the model has no such block, and nothing ever waits.
    WaitingRows(kernels::Device &device, int width) : m_device(device), m_width(width) {}

    int first() const { return m_first; }
    int count() const { return static_cast<int>(m_ids.size()); }
    int end() const { return m_first + count(); }
    bool hasRoom(std::int64_t more) const { return count() + more <= kMost; }
    /// The tokens of the positions that wait.
    std::span<const std::int32_t> ids() const { return m_ids; }
    /// [count, width]
    kernels::Tensor rows() const { return whole().slice(0, count()); }

    /// Adds positions and returns where their rows [ids, width] go; kOutOfMemory. There is room for them.
    Result<kernels::Tensor> add(std::span<const std::int32_t> ids);
    /// Nothing waits, and what comes next is `position`.
    void restart(int position);
    /// Positions from `length` on are forgotten.
    void truncate(int length);

    std::uint64_t sizeBytes() const { return m_memory ? m_memory->sizeBytes() : 0; }
    /// kWriteFailed, kDeviceFailure.
    Result<Done> save(std::ostream &out) const;
    /// What `save` wrote of a sequence of `length`. kFileTruncated, kBadFormat, kOutOfMemory, kDeviceFailure.
    Result<Done> load(std::istream &in, int length);

private:
    kernels::Tensor whole() const { return kernels::Tensor::packed(kernels::DType::kF32, {kMost, m_width}, m_memory.get()); }

    kernels::Device &m_device;
    int m_width;
    int m_first = 0;
    std::vector<std::int32_t> m_ids;
    std::unique_ptr<kernels::Buffer> m_memory; ///< made when the first row comes
};

} // namespace conclave::engine
