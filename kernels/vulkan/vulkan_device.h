#pragma once

#include "kernels/core/device.h"
#include "kernels/vulkan/vulkan_instance.h"
#include "kernels/vulkan/vulkan_pipelines.h"

#include <atomic>
#include <functional>
#include <optional>

/// The Vulkan device: memory on the card, reached by address (no descriptors), and transfers through one staging buffer.
/// Which ops exist: kernels/plugin/addressed_queue.h. Buffers have no host address; importReadOnly copies.
/// A buffer is at most maxMemoryAllocationSize long (2 to 4 GiB with many drivers): allocate and import answer nullptr beyond.
namespace conclave::kernels
{

class VulkanDevice;

inline constexpr Status kLost{StatusCode::kDeviceLost, "the Vulkan device does not answer"};

/// A stretch of memory with its buffer object. A value that owns; moved, not copied.
struct VulkanMemory
{
    VkBuffer buffer = VK_NULL_HANDLE;
    VkDeviceMemory memory = VK_NULL_HANDLE;
    VkDeviceAddress address = 0;
    std::byte *host = nullptr; ///< mapped, for staging memory
    bool counted = false;      ///< in the device's bytes
    std::size_t bytes = 0;     ///< a multiple of 64
};

class VulkanBuffer final : public Buffer
{
public:
    VulkanBuffer(VulkanDevice &device, const VulkanMemory &memory, std::size_t bytes, bool readOnly)
        : m_device(device), m_memory(memory), m_bytes(bytes), m_readOnly(readOnly)
    {
    }
    ~VulkanBuffer() override;
    VulkanBuffer(const VulkanBuffer &) = delete;
    VulkanBuffer &operator=(const VulkanBuffer &) = delete;

    std::size_t sizeBytes() const override { return m_bytes; }
    std::byte *hostData() override { return nullptr; }
    bool readOnly() const override { return m_readOnly; }
    const VulkanDevice &device() const { return m_device; }
    const VulkanMemory &memory() const { return m_memory; }

private:
    VulkanDevice &m_device;
    VulkanMemory m_memory;
    std::size_t m_bytes;
    bool m_readOnly;
};

/// A command pool with its one command buffer and fence: records, submits, waits. Not thread-safe.
class VulkanCommands
{
public:
    explicit VulkanCommands(VulkanDevice &device) : m_device(device) {}
    ~VulkanCommands();
    VulkanCommands(const VulkanCommands &) = delete;
    VulkanCommands &operator=(const VulkanCommands &) = delete;

    bool create();
    /// The command buffer, recording, after what was submitted has ended; VK_NULL_HANDLE when the driver refuses.
    VkCommandBuffer begin();
    /// Makes what earlier commands wrote visible to later ones.
    void barrier();
    bool recording() const { return m_recording; }
    /// Runs what was recorded.
    Status submit();
    /// Until what was submitted has ended.
    Status wait();
    Status submitAndWait();

private:
    VulkanDevice &m_device;
    VkCommandPool m_pool = VK_NULL_HANDLE;
    VkCommandBuffer m_commands = VK_NULL_HANDLE;
    VkFence m_fence = VK_NULL_HANDLE;
    bool m_recording = false;
    bool m_running = false; ///< submitted, and not waited for
};

class VulkanDevice final : public Device
{
public:
    static std::unique_ptr<VulkanDevice> create(const VulkanInstance &instance, const VulkanCandidate &candidate, std::string &reason);
    ~VulkanDevice() override;
    VulkanDevice(const VulkanDevice &) = delete;
    VulkanDevice &operator=(const VulkanDevice &) = delete;

    const DeviceInfo &info() const override { return m_info; }
    std::unique_ptr<Buffer> allocate(std::size_t bytes) override;
    std::unique_ptr<Buffer> importReadOnly(std::span<const std::byte> memory) override;
    std::unique_ptr<Queue> createQueue() override;
    Status upload(const Tensor &to, std::span<const std::byte> from) override;
    Status download(std::span<std::byte> to, const Tensor &from) override;

    const VulkanDeviceApi &api() const { return m_api; }
    VkDevice handle() const { return m_device; }
    std::uint32_t queueFamily() const { return m_candidate.queueFamily; }
    const VulkanVariants &variants() const { return m_candidate.variants; }
    VulkanPipelines &pipelines() { return *m_pipelines; }
    /// The tables of kernels/core/iq_grids.h, in the order of shaders/dequantise_grids.glsl.
    VkDeviceAddress grids() const { return m_grids.address; }
    /// `buffer` as ours, or nullptr when it belongs to another device.
    const VulkanBuffer *own(const Buffer *buffer) const;

    enum class Place
    {
        kDevice, ///< fast for kernels
        kHost,   ///< mapped and coherent
    };
    std::optional<VulkanMemory> allocateMemory(std::size_t bytes, Place place);
    void freeMemory(const VulkanMemory &memory);
    VkResult submit(const VkSubmitInfo &info, VkFence fence);

private:
    VulkanDevice(const VulkanInstance &instance, const VulkanCandidate &candidate);
    bool initialise(std::string &reason);
    bool createDevice();
    bool fillGrids();
    void checkMatrices();
    bool count(VulkanMemory &memory);
    bool bindMemory(VulkanMemory &memory, Place place);
    std::optional<std::uint32_t> memoryType(std::uint32_t allowed, Place place, std::size_t bytes) const;
    std::unique_ptr<Buffer> allocateBuffer(std::size_t bytes, bool readOnly);
    Status copyIn(const VulkanMemory &to, std::size_t offset, std::span<const std::byte> from);
    Status copyOut(std::span<std::byte> to, const VulkanMemory &from, std::size_t offset);
    Status copyOnce(VkBuffer from, VkBuffer to, const VkBufferCopy &region);
    Status zero(const VulkanMemory &memory);

    const VulkanInstanceApi &m_instanceApi;
    VulkanCandidate m_candidate;
    std::filesystem::path m_cacheFile;
    std::uint64_t m_mostBytes;                    ///< 0: no limit
    std::atomic<std::uint64_t> m_deviceBytes = 0; ///< allocated for buffers
    std::atomic<std::uint64_t> m_fullAt = 0;      ///< bytes, once a test said that the card is full
    std::atomic<bool> m_lost = false;
    DeviceInfo m_info;
    VkPhysicalDeviceMemoryProperties m_memoryProperties{};
    VulkanDeviceApi m_api;
    VkDevice m_device = VK_NULL_HANDLE;
    VkQueue m_queue = VK_NULL_HANDLE;
    std::mutex m_queueMutex; ///< guards m_queue
    std::unique_ptr<VulkanPipelines> m_pipelines;
    std::mutex m_transferMutex; ///< guards m_staging and m_transfer
    VulkanMemory m_staging;
    VulkanMemory m_grids;
    std::unique_ptr<VulkanCommands> m_transfer;
};

} // namespace conclave::kernels
