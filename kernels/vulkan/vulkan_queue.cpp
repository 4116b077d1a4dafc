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
Call callOf(std::span<const std::byte> bytes)
{
    Call call;
    std::memcpy(&call, bytes.data(), sizeof call);
    return call;
}

} // namespace

std::unique_ptr<VulkanQueue> VulkanQueue::create(VulkanDevice &device)
{
    std::unique_ptr<VulkanQueue> queue(new VulkanQueue(device));
    return queue->m_commands.create() ? std::move(queue) : nullptr;
}

VulkanQueue::~VulkanQueue()
{
    static_cast<void>(m_commands.wait()); // what runs still uses it
    for (const VulkanMemory &chunk : m_chunks)
        m_device.freeMemory(chunk);
    for (const auto *all : {&m_scratch, &m_groups, &m_packed, &m_results})
        for (const VulkanMemory &memory : *all)
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

bool VulkanQueue::grow(std::vector<VulkanMemory> &memory, std::size_t bytes)
{
    if (!memory.empty() && memory.back().bytes >= bytes)
        return true;
    const auto more = m_device.allocateMemory(bytes, VulkanDevice::Place::kDevice);
    if (more)
        memory.push_back(*more);
    return more.has_value();
}

Status VulkanQueue::scratch(std::size_t bytes, DeviceAddress &address)
{
    if (!grow(m_scratch, bytes))
        return {StatusCode::kOutOfMemory, "no Vulkan memory for an op's intermediate values"};
    address = m_scratch.back().address;
    return Status::success();
}

Status VulkanQueue::launch(const Launch &launch)
{
    if (launch.kernel != KernelId::kMatmul)
        m_packedRows = {}; // it may write there
    switch (launch.kernel) {
    case KernelId::kMatmul:
        return startMatmul(callOf<MatmulCall>(launch.call), launch.type);
    case KernelId::kExpertsHidden:
        return startHidden(callOf<ExpertsHiddenCall>(launch.call), launch.type);
    case KernelId::kExpertsOut:
        return startOut(callOf<ExpertsOutCall>(launch.call), launch.type);
    default:
        return start(shaderOf(launch.kernel), launch.type, Inputs::kFloats, launch.call, launch.groups, launch.tiles);
    }
}

Status VulkanQueue::start(Shader shader, DType type, Inputs inputs, std::span<const std::byte> call, std::uint32_t groups,
                          std::uint32_t tiles)
{
    const std::uint32_t x = std::min(groups, kGroupsX);
    const std::uint32_t y = (groups - 1) / x + 1;
    if (y > kMostGroups || tiles > kMostGroups)
        return Status::unsupported("more groups than this device starts at once");
    const VkPipeline pipeline = m_device.pipelines().find(shader, type, inputs);
    if (pipeline == VK_NULL_HANDLE)
        return Status::unsupported("the Vulkan driver refused the kernel");
    const VkCommandBuffer commands = m_commands.begin();
    if (commands == VK_NULL_HANDLE)
        return kLost;
    const VulkanDeviceApi &api = m_device.api();
    const VkPipelineLayout layout = m_device.pipelines().layout();
    m_commands.barrier();
    api.vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline);
    api.vkCmdPushConstants(commands, layout, VK_SHADER_STAGE_COMPUTE_BIT, 0, static_cast<std::uint32_t>(call.size()), call.data());
    if (isOnGrids(type)) {
        const DeviceAddress grids = m_device.grids();
        api.vkCmdPushConstants(commands, layout, VK_SHADER_STAGE_COMPUTE_BIT, kGridsOffset, sizeof grids, &grids);
    }
    api.vkCmdDispatch(commands, x, y, tiles);
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
    m_packedRows = {};
    for (auto *all : {&m_scratch, &m_groups, &m_packed, &m_results}) {
        for (; all->size() > 1; all->erase(all->begin())) // the last one is the largest
            m_device.freeMemory(all->front());
    }
    forgetStaged();
    return status;
}

} // namespace conclave::kernels
