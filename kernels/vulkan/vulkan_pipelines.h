#pragma once

#include "kernels/core/dtype.h"
#include "kernels/plugin/op_calls.h"
#include "kernels/vulkan/vulkan_api.h"

#include <array>
#include <map>
#include <mutex>
#include <utility>

namespace conclave::kernels
{

/// The compute pipelines of one device, each built when first used. Thread-safe.
class VulkanPipelines
{
public:
    VulkanPipelines(const VulkanDeviceApi &api, VkDevice device) : m_api(api), m_device(device) {}
    ~VulkanPipelines();
    VulkanPipelines(const VulkanPipelines &) = delete;
    VulkanPipelines &operator=(const VulkanPipelines &) = delete;

    /// Whether there is a shader for `kernel`.
    static bool has(KernelId kernel);
    /// False when the driver refuses.
    bool createLayout();
    VkPipelineLayout layout() const { return m_layout; }
    /// Pipeline for `kernel`, specialised for `type` where the kernel reads weights; VK_NULL_HANDLE when the driver refuses.
    VkPipeline find(KernelId kernel, DType type);

private:
    VkPipeline build(KernelId kernel, std::uint32_t type) const;

    const VulkanDeviceApi &m_api;
    VkDevice m_device;
    VkPipelineLayout m_layout = VK_NULL_HANDLE;
    std::mutex m_mutex; ///< guards m_pipelines
    std::map<std::pair<KernelId, std::uint32_t>, VkPipeline> m_pipelines;
};

} // namespace conclave::kernels
