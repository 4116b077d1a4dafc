#include "kernels/vulkan/vulkan_device.h"

namespace conclave::kernels
{

VulkanCommands::~VulkanCommands()
{
    const VulkanDeviceApi &api = m_device.api();
    if (m_fence != VK_NULL_HANDLE)
        api.vkDestroyFence(m_device.handle(), m_fence, nullptr);
    if (m_pool != VK_NULL_HANDLE)
        api.vkDestroyCommandPool(m_device.handle(), m_pool, nullptr);
}

bool VulkanCommands::create()
{
    const VulkanDeviceApi &api = m_device.api();
    VkCommandPoolCreateInfo pool{};
    pool.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO;
    pool.queueFamilyIndex = m_device.queueFamily();
    if (api.vkCreateCommandPool(m_device.handle(), &pool, nullptr, &m_pool) != VK_SUCCESS)
        return false;
    VkCommandBufferAllocateInfo buffer{};
    buffer.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO;
    buffer.commandPool = m_pool;
    buffer.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY;
    buffer.commandBufferCount = 1;
    VkFenceCreateInfo fence{};
    fence.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO;
    return api.vkAllocateCommandBuffers(m_device.handle(), &buffer, &m_commands) == VK_SUCCESS &&
           api.vkCreateFence(m_device.handle(), &fence, nullptr, &m_fence) == VK_SUCCESS;
}

VkCommandBuffer VulkanCommands::begin()
{
    if (m_recording)
        return m_commands;
    if (!wait().ok())
        return VK_NULL_HANDLE;
    VkCommandBufferBeginInfo info{};
    info.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO;
    info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    m_recording = m_device.api().vkBeginCommandBuffer(m_commands, &info) == VK_SUCCESS;
    return m_recording ? m_commands : VK_NULL_HANDLE;
}

void VulkanCommands::barrier()
{
    constexpr VkPipelineStageFlags kStages = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
    VkMemoryBarrier memory{};
    memory.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
    memory.srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
    memory.dstAccessMask =
        VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
    m_device.api().vkCmdPipelineBarrier(m_commands, kStages, kStages, 0, 1, &memory, 0, nullptr, 0, nullptr);
}

Status VulkanCommands::submitAndWait()
{
    const Status status = submit();
    return status.ok() ? wait() : status;
}

Status VulkanCommands::submit()
{
    if (!m_recording)
        return Status::success();
    const VulkanDeviceApi &api = m_device.api();
    m_recording = false;
    // What kernels and copies wrote becomes visible to the host and to the next submission.
    VkMemoryBarrier memory{};
    memory.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
    memory.srcAccessMask = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
    memory.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
    api.vkCmdPipelineBarrier(m_commands, VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT,
                             0, 1, &memory, 0, nullptr, 0, nullptr);
    if (api.vkEndCommandBuffer(m_commands) != VK_SUCCESS)
        return kLost;
    VkSubmitInfo submit{};
    submit.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
    submit.commandBufferCount = 1;
    submit.pCommandBuffers = &m_commands;
    m_running = m_device.submit(submit, m_fence) == VK_SUCCESS;
    return m_running ? Status::success() : kLost;
}

Status VulkanCommands::wait()
{
    if (!m_running)
        return Status::success();
    m_running = false;
    const VulkanDeviceApi &api = m_device.api();
    const bool reset = api.vkWaitForFences(m_device.handle(), 1, &m_fence, VK_TRUE, UINT64_MAX) == VK_SUCCESS &&
                       api.vkResetFences(m_device.handle(), 1, &m_fence) == VK_SUCCESS &&
                       api.vkResetCommandPool(m_device.handle(), m_pool, 0) == VK_SUCCESS;
    return reset ? Status::success() : kLost;
}

} // namespace conclave::kernels
