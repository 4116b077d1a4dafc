#pragma once

#include "kernels/vulkan/vulkan_api.h"
#include "kernels/vulkan/vulkan_shader_table.h"

#include <filesystem>
#include <map>
#include <mutex>
#include <tuple>
#include <utility>

namespace conclave::kernels
{

/// The compute pipelines of one device, each built when first used. Thread-safe. What the driver compiled is kept in a file from one start
/// to the next; a file that is damaged or of another driver is as good as none.
class VulkanPipelines
{
public:
    /// `cacheFile` empty: nothing is kept.
    VulkanPipelines(const VulkanDeviceApi &api, VkDevice device, const VulkanVariants &variants, std::filesystem::path cacheFile)
        : m_api(api), m_device(device), m_variants(variants), m_cacheFile(std::move(cacheFile))
    {
    }
    ~VulkanPipelines();
    VulkanPipelines(const VulkanPipelines &) = delete;
    VulkanPipelines &operator=(const VulkanPipelines &) = delete;

    /// False when the driver refuses.
    bool createLayout();
    VkPipelineLayout layout() const { return m_layout; }
    /// Pipeline for `shader`, specialised for `type` where it reads weights; VK_NULL_HANDLE when the driver refuses,
    /// matrices once for all.
    VkPipeline find(Shader shader, DType type, Inputs inputs);

private:
    void openCache();
    void saveCache() const;
    VkPipeline build(const ShaderCode &code, const std::uint32_t *type) const;

    const VulkanDeviceApi &m_api;
    VkDevice m_device;
    VulkanVariants m_variants;
    std::filesystem::path m_cacheFile;
    VkPipelineCache m_cache = VK_NULL_HANDLE;
    std::size_t m_cachedBytes = 0; ///< in the file
    VkPipelineLayout m_layout = VK_NULL_HANDLE;
    std::mutex m_mutex; ///< guards m_pipelines
    std::map<std::tuple<Shader, std::uint32_t, Inputs>, VkPipeline> m_pipelines;
};

} // namespace conclave::kernels
