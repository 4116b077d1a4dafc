#include "kernels/vulkan/vulkan_queue.h"

#include <algorithm>
#include <cstring>

namespace conclave::kernels
{

namespace
{

constexpr std::size_t kChunkBytes = std::size_t{1} << 20;
/// Groups beyond this continue in the next y; Vulkan promises 65535 in each dimension.
constexpr std::uint32_t kGroupsX = 32768;
constexpr std::uint32_t kMostGroups = 65535;
constexpr Status kNoMemory{StatusCode::kOutOfMemory, "no Vulkan memory for an op's host values"};

} // namespace

std::unique_ptr<VulkanQueue> VulkanQueue::create(VulkanDevice &device)
{
    std::unique_ptr<VulkanQueue> queue(new VulkanQueue(device));
    return queue->m_commands.create() ? std::move(queue) : nullptr;
}

VulkanQueue::~VulkanQueue()
{
    for (const VulkanMemory &chunk : m_chunks)
        m_device.freeMemory(chunk);
    for (const VulkanMemory &memory : m_scratch)
        m_device.freeMemory(memory);
}

DeviceAddress VulkanQueue::addressOf(const Buffer &buffer) const
{
    const VulkanBuffer *own = m_device.own(&buffer);
    return own != nullptr ? own->memory().address : 0;
}

bool VulkanQueue::addChunk(std::size_t bytes)
{
    const auto memory = m_device.allocateMemory(std::max(bytes, kChunkBytes), VulkanDevice::Place::kHost);
    if (!memory)
        return false;
    m_chunks.push_back(*memory);
    m_filled = 0;
    return true;
}

Status VulkanQueue::stage(std::span<const std::byte> values, DeviceAddress &address)
{
    if (m_chunks.empty() || m_chunks.back().bytes - m_filled < values.size())
        if (!addChunk(values.size()))
            return kNoMemory;
    const VulkanMemory &chunk = m_chunks.back();
    std::memcpy(chunk.host + m_filled, values.data(), values.size());
    address = chunk.address + m_filled;
    m_filled = std::min(chunk.bytes, (m_filled + values.size() + 63) / 64 * 64);
    return Status::success();
}

/// What shaders/dequantise.glsl expands.
bool VulkanQueue::reads(DType type) const
{
    switch (type) {
    case DType::kF32:
    case DType::kF16:
    case DType::kBF16:
    case DType::kQ8_0:
    case DType::kQ4_0:
    case DType::kQ4_1:
    case DType::kQ5_0:
    case DType::kQ5_1:
    case DType::kQ2_K:
    case DType::kQ3_K:
    case DType::kQ4_K:
    case DType::kQ5_K:
    case DType::kQ6_K:
    case DType::kIQ4_NL:
    case DType::kIQ4_XS:
    case DType::kMXFP4:
        return true;
    default:
        return false;
    }
}

Status VulkanQueue::scratch(std::size_t bytes, DeviceAddress &address)
{
    if (m_scratch.empty() || m_scratch.back().bytes < bytes) {
        const auto memory = m_device.allocateMemory(bytes, VulkanDevice::Place::kDevice);
        if (!memory)
            return {StatusCode::kOutOfMemory, "no Vulkan memory for an op's intermediate values"};
        m_scratch.push_back(*memory);
    }
    address = m_scratch.back().address;
    return Status::success();
}

Status VulkanQueue::launch(const Launch &launch)
{
    const std::uint32_t x = std::min(launch.groups, kGroupsX);
    const std::uint32_t y = (launch.groups - 1) / x + 1;
    if (y > kMostGroups || launch.tiles > kMostGroups)
        return Status::unsupported("more groups than this device starts at once");
    const VkPipeline pipeline = m_device.pipelines().find(launch.kernel, launch.type);
    if (pipeline == VK_NULL_HANDLE)
        return Status::unsupported("the Vulkan driver refused the kernel");
    const VkCommandBuffer commands = m_commands.begin();
    if (commands == VK_NULL_HANDLE)
        return kLost;
    const VulkanDeviceApi &api = m_device.api();
    m_commands.barrier();
    api.vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
    api.vkCmdPushConstants(commands, m_device.pipelines().layout(), VK_SHADER_STAGE_COMPUTE_BIT, 0,
                           static_cast<std::uint32_t>(launch.call.size()), launch.call.data());
    api.vkCmdDispatch(commands, x, y, launch.tiles);
    return Status::success();
}

Status VulkanQueue::finish()
{
    const Status status = m_commands.submitAndWait();
    while (m_chunks.size() > 1) // one is kept for the next step
    {
        m_device.freeMemory(m_chunks.back());
        m_chunks.pop_back();
    }
    m_filled = 0;
    if (m_scratch.size() > 1) { // the last one is the largest
        std::for_each(m_scratch.begin(), m_scratch.end() - 1, [this](const VulkanMemory &memory) { m_device.freeMemory(memory); });
        m_scratch.erase(m_scratch.begin(), m_scratch.end() - 1);
    }
    forgetStaged();
    return status;
}

} // namespace conclave::kernels
