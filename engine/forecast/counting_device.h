#pragma once

#include "engine/forecast/op_counter.h"
#include "kernels/core/device.h"

#include <cstdint>
#include <memory>

namespace conclave::engine
{

/// A device that only counts what it is asked for: a model "loaded" on it tells what it takes without taking it, and a pass what it would
/// do without doing it.
class CountingDevice final : public kernels::Device
{
public:
    CountingDevice() { m_info.name = "counting"; }

    const kernels::DeviceInfo &info() const override { return m_info; }
    std::unique_ptr<kernels::Buffer> allocate(std::size_t bytes) override;
    std::unique_ptr<kernels::Buffer> importReadOnly(std::span<const std::byte> memory) override;
    std::unique_ptr<kernels::Queue> createQueue() override;
    kernels::Status upload(const kernels::Tensor &, std::span<const std::byte>) override { return kernels::Status::success(); }
    kernels::Status download(std::span<std::byte>, const kernels::Tensor &) override { return kernels::Status::success(); }

    std::uint64_t allocatedBytes() const { return m_allocated; }
    OpCounts &counts() { return m_counts; } ///< of all its queues

private:
    kernels::DeviceInfo m_info;
    OpCounts m_counts;
    std::uint64_t m_allocated = 0;
};

} // namespace conclave::engine
