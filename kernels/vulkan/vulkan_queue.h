#pragma once

#include "kernels/plugin/addressed_queue.h"
#include "kernels/vulkan/vulkan_device.h"

#include <vector>

namespace conclave::kernels
{

/// Records launches into a command buffer; finish() submits it and waits. Every launch waits for the one before.
class VulkanQueue final : public AddressedQueue
{
public:
    /// nullptr when the driver refuses.
    static std::unique_ptr<VulkanQueue> create(VulkanDevice &device);
    ~VulkanQueue() override;
    VulkanQueue(const VulkanQueue &) = delete;
    VulkanQueue &operator=(const VulkanQueue &) = delete;

    Status finish() override;

protected:
    DeviceAddress addressOf(const Buffer &buffer) const override;
    Status stage(std::span<const std::byte> values, DeviceAddress &address) override;
    bool has(KernelId kernel) const override { return VulkanPipelines::has(kernel); }
    bool reads(DType type) const override;
    bool takesHalves() const override { return true; }
    Status launch(const Launch &launch) override;
    Status scratch(std::size_t bytes, DeviceAddress &address) override;

private:
    explicit VulkanQueue(VulkanDevice &device) : m_device(device), m_commands(device) {}
    bool addChunk(std::size_t bytes);

    VulkanDevice &m_device;
    VulkanCommands m_commands;
    std::vector<VulkanMemory> m_chunks;  ///< mapped memory for staged values; the last one is being filled
    std::vector<VulkanMemory> m_scratch; ///< those before the last are still used by what is recorded
    std::size_t m_filled = 0;            ///< bytes used of the last chunk
};

} // namespace conclave::kernels
