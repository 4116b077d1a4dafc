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
/// Where a call of shaders/dequantise_grids.glsl has the tables' address: behind all that reads weights.
constexpr std::uint32_t kGridsOffset = kLargestCall - sizeof(DeviceAddress);
static_assert(sizeof(EmbedCall) <= kGridsOffset && sizeof(MatmulCall) <= kGridsOffset && sizeof(ExpertsHiddenCall) <= kGridsOffset &&
              sizeof(ExpertsOutCall) <= kGridsOffset);
constexpr Status kNoMemory{StatusCode::kOutOfMemory, "no Vulkan memory for an op's host values"};

template <class Call>
std::uint32_t groupsOfRows(std::span<const std::byte> bytes)
{
    Call call;
    std::memcpy(&call, bytes.data(), sizeof call);
    std::uint32_t threads = 1;
    while (threads < 32 && threads * 32 < call.width)
        threads *= 2;
    const std::uint32_t together = 32 / threads;
    return (call.rows - 1) / together + 1;
}

/// Launches count a group for every row of weights; narrow rows share one (shaders/rows.glsl).
std::uint32_t groupsOf(const Launch &launch)
{
    switch (launch.kernel) {
    case KernelId::kMatmul:
        return groupsOfRows<MatmulCall>(launch.call);
    case KernelId::kExpertsHidden:
        return groupsOfRows<ExpertsHiddenCall>(launch.call);
    case KernelId::kExpertsOut:
        return groupsOfRows<ExpertsOutCall>(launch.call);
    default:
        return launch.groups;
    }
}

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

/// What shaders/dequantise.glsl expands: all there is.
bool VulkanQueue::reads(DType type) const
{
    return isQuantised(type) || type == DType::kF32 || type == DType::kF16 || type == DType::kBF16;
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
    const std::uint32_t groups = groupsOf(launch);
    const std::uint32_t x = std::min(groups, kGroupsX);
    const std::uint32_t y = (groups - 1) / x + 1;
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
    if (VulkanPipelines::onGrids(launch.type)) {
        const DeviceAddress grids = m_device.grids();
        api.vkCmdPushConstants(commands, m_device.pipelines().layout(), VK_SHADER_STAGE_COMPUTE_BIT, kGridsOffset, sizeof grids, &grids);
    }
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
