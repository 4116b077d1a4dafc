#pragma once

#include "kernels/core/device.h"

#include <cstdint>
#include <memory>

namespace conclave::engine
{

/// A device that only counts what it is asked for: a model "loaded" on it tells what it takes without taking it. Nothing can be computed
/// on it.
class CountingDevice final : public kernels::Device
{
public:
    CountingDevice();

    const kernels::DeviceInfo &info() const override { return m_info; }
    std::unique_ptr<kernels::Buffer> allocate(std::size_t bytes) override;
    std::unique_ptr<kernels::Buffer> importReadOnly(std::span<const std::byte> memory) override;
    std::unique_ptr<kernels::Queue> createQueue() override;
    kernels::Status upload(const kernels::Tensor &, std::span<const std::byte>) override { return kernels::Status::success(); }
    kernels::Status download(std::span<std::byte>, const kernels::Tensor &) override { return kernels::Status::success(); }

    std::uint64_t allocatedBytes() const { return m_allocated; }

private:
    kernels::DeviceInfo m_info;
    std::unique_ptr<kernels::Device> m_queues; ///< makes queues, which nobody runs
    std::uint64_t m_allocated = 0;
};

} // namespace conclave::engine
