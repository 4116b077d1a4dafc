#pragma once

#include "kernels/plugin/addressed_queue.h"
#include "kernels/vulkan/vulkan_device.h"

#include <vector>

namespace conclave::kernels
{

/// Records launches into a command buffer; submit() starts it, finish() waits too. Every launch waits for the one before.
class VulkanQueue final : public AddressedQueue
{
public:
    /// nullptr when the driver refuses.
    static std::unique_ptr<VulkanQueue> create(VulkanDevice &device);
    ~VulkanQueue() override;
    VulkanQueue(const VulkanQueue &) = delete;
    VulkanQueue &operator=(const VulkanQueue &) = delete;

    Status submit() override { return m_commands.submit(); }
    Status finish() override;

protected:
    DeviceAddress addressOf(const Buffer &buffer) const override;
    Status stage(std::span<const std::byte> values, DeviceAddress &address) override;
    bool has(KernelId kernel) const override { return hasShader(shaderOf(kernel)); }
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
    Status start(Shader shader, DType type, Inputs inputs, std::span<const std::byte> call, std::uint32_t groups, std::uint32_t tiles);
    template <class Call>
    Status start(Shader shader, DType type, Inputs inputs, const Call &call, std::uint32_t groups, std::uint32_t tiles)
    {
        return start(shader, type, inputs, std::as_bytes(std::span(&call, 1)), groups, tiles);
    }
    /// Rows of floats and what they are packed for.
    struct PackedRows
    {
        Inputs inputs = Inputs::kFloats;
        std::uint32_t rows = 0, width = 0;
        DeviceAddress address = 0;
        std::uint64_t stride = 0;

        bool operator==(const PackedRows &) const = default;
    };
    /// What `shader`, a product, takes; `many` tokens.
    Inputs inputsFor(Shader shader, DType type, bool fast, bool many);
    /// Rows of inputs as a product of `inputs` reads them: `address` and `stride` are those of the floats, then of what takes their place.
    /// Where there is no memory for it, `inputs` become floats.
    Status pack(Inputs &inputs, std::uint32_t rows, std::uint32_t width, DeviceAddress &address, std::uint64_t &stride);
    /// Whether the product's results may lie where m_packedRows were read.
    bool writesPackedRows(const MatmulCall &call) const;
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
    std::vector<VulkanMemory> m_packed;  ///< as m_scratch: inputs of fast products
    std::vector<VulkanMemory> m_results; ///< as m_scratch: of each token's experts
    PackedRows m_packedRows;             ///< whose values m_packed still holds; rows 0: none
    std::size_t m_filled = 0;            ///< bytes used of the last chunk
};

} // namespace conclave::kernels
