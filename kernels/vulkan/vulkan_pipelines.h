#pragma once

#include "kernels/core/dtype.h"
#include "kernels/plugin/op_calls.h"
#include "kernels/vulkan/vulkan_api.h"

#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

namespace conclave::kernels
{

/// What is compiled: a shader for each KernelId, by the same number, and those that this device alone has.
enum class Shader : std::uint32_t
{
    kMatmulTiled = static_cast<std::uint32_t>(KernelId::kCount), ///< many tokens
    kExpertsHiddenTiled,
    kExpertsDownTiled,
    kGroupSlots,
    kExpertsSum,
};

constexpr Shader shaderOf(KernelId kernel)
{
    return static_cast<Shader>(kernel);
}

/// The compute pipelines of one device, each built when first used. Thread-safe. What the driver compiled is kept in a file from one start
/// to the next; a file that is damaged or of another driver is as good as none.
class VulkanPipelines
{
public:
    /// `cacheFile` empty: nothing is kept.
    VulkanPipelines(const VulkanDeviceApi &api, VkDevice device, std::filesystem::path cacheFile)
        : m_api(api), m_device(device), m_cacheFile(std::move(cacheFile))
    {
    }
    ~VulkanPipelines();
    VulkanPipelines(const VulkanPipelines &) = delete;
    VulkanPipelines &operator=(const VulkanPipelines &) = delete;

    /// Whether there is a shader for `kernel`.
    static bool has(KernelId kernel);
    /// Whether weights of `type` are read by shaders/dequantise_grids.glsl, which wants the address of the tables.
    static bool onGrids(DType type);
    /// False when the driver refuses.
    bool createLayout();
    VkPipelineLayout layout() const { return m_layout; }
    /// Pipeline for `shader`, specialised for `type` where it reads weights; VK_NULL_HANDLE when the driver refuses.
    VkPipeline find(Shader shader, DType type);

private:
    void openCache();
    void saveCache() const;
    VkPipeline build(Shader shader, std::uint32_t type) const;

    const VulkanDeviceApi &m_api;
    VkDevice m_device;
    std::filesystem::path m_cacheFile;
    VkPipelineCache m_cache = VK_NULL_HANDLE;
    std::size_t m_cachedBytes = 0; ///< in the file
    VkPipelineLayout m_layout = VK_NULL_HANDLE;
    std::mutex m_mutex; ///< guards m_pipelines
    std::map<std::pair<Shader, std::uint32_t>, VkPipeline> m_pipelines;
};

} // namespace conclave::kernels
