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
    /// Memory of ours, at least so long: what is recorded keeps what it had.
    bool grow(std::vector<VulkanMemory> &memory, std::size_t bytes);
    /// Records one dispatch: `groups` in x and y, `tiles` in z.
    Status start(Shader shader, DType type, std::span<const std::byte> call, std::uint32_t groups, std::uint32_t tiles);
    template <class Call>
    Status start(Shader shader, DType type, const Call &call, std::uint32_t groups, std::uint32_t tiles)
    {
        return start(shader, type, std::as_bytes(std::span(&call, 1)), groups, tiles);
    }
    Status startMatmul(const MatmulCall &call, DType type);
    Status startHidden(const ExpertsHiddenCall &call, DType type);
    Status startOut(const ExpertsOutCall &call, DType type);
    bool groupsPay(std::uint32_t tokens, std::uint32_t most, std::uint32_t experts) const;
    Status groupSlots(DeviceAddress experts, std::uint32_t expertsStride, std::uint32_t tokens, std::uint32_t most, std::uint32_t count,
                      DeviceAddress &groups);

    VulkanDevice &m_device;
    VulkanCommands m_commands;
    std::vector<VulkanMemory> m_chunks;  ///< mapped memory for staged values; the last one is being filled
    std::vector<VulkanMemory> m_scratch; ///< of the last op; those before the last are still used by what is recorded
    std::vector<VulkanMemory> m_groups;  ///< as m_scratch: which tokens go to which expert
    std::vector<VulkanMemory> m_results; ///< as m_scratch: of each token's experts
    std::size_t m_filled = 0;            ///< bytes used of the last chunk
};

} // namespace conclave::kernels
