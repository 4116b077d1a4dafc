#include "kernels/vulkan/vulkan_pipelines.h"

#include "kernels/vulkan/vulkan_instance.h"

#include <cstring>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <system_error>
#include <vector>

namespace conclave::kernels
{

namespace
{

/// Before the driver's bytes in the file: drivers trust theirs, a disk may not.
struct Seal
{
    std::uint32_t magic;
    std::uint32_t bytes;
    std::uint64_t sum;
};
static_assert(sizeof(Seal) == 16);
constexpr std::uint32_t kSealMagic = 0x50564331; // "1CVP"
constexpr std::uintmax_t kLargestCache = std::uintmax_t{64} << 20;

/// FNV-1a.
std::uint64_t sumOf(std::span<const char> data)
{
    std::uint64_t sum = 0xcbf29ce484222325U;
    for (const char byte : data)
        sum = (sum ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
    return sum;
}

/// What an earlier start kept; nothing when there is none, or it is damaged.
std::vector<char> readKept(const std::filesystem::path &file)
{
    std::error_code error;
    const std::uintmax_t size = std::filesystem::file_size(file, error);
    if (error || size <= sizeof(Seal) || size > kLargestCache)
        return {};
    std::vector<char> data(static_cast<std::size_t>(size) - sizeof(Seal));
    Seal seal{};
    std::ifstream in(file, std::ios::binary);
    in.read(reinterpret_cast<char *>(&seal), sizeof seal);
    in.read(data.data(), static_cast<std::streamsize>(data.size()));
    if (!in || seal.magic != kSealMagic || seal.bytes != data.size() || seal.sum != sumOf(data))
        return {};
    return data;
}

} // namespace

VulkanPipelines::~VulkanPipelines()
{
    saveCache();
    if (m_cache != VK_NULL_HANDLE)
        m_api.vkDestroyPipelineCache(m_device, m_cache, nullptr);
    for (const auto &[key, pipeline] : m_pipelines)
        m_api.vkDestroyPipeline(m_device, pipeline, nullptr);
    if (m_layout != VK_NULL_HANDLE)
        m_api.vkDestroyPipelineLayout(m_device, m_layout, nullptr);
}

bool VulkanPipelines::createLayout()
{
    const VkPushConstantRange range{VK_SHADER_STAGE_COMPUTE_BIT, 0, kLargestCall};
    VkPipelineLayoutCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO;
    info.pushConstantRangeCount = 1;
    info.pPushConstantRanges = &range;
    openCache();
    return m_api.vkCreatePipelineLayout(m_device, &info, nullptr, &m_layout) == VK_SUCCESS;
}

void VulkanPipelines::openCache()
{
    if (m_cacheFile.empty())
        return;
    const std::vector<char> kept = readKept(m_cacheFile);
    VkPipelineCacheCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO;
    info.initialDataSize = kept.size();
    info.pInitialData = kept.data();
    if (m_api.vkCreatePipelineCache(m_device, &info, nullptr, &m_cache) != VK_SUCCESS)
        m_cache = VK_NULL_HANDLE;
    m_cachedBytes = kept.size();
}

/// Under another name first: two programs that end together leave one whole file.
void VulkanPipelines::saveCache() const
{
    std::size_t bytes = 0;
    if (m_cache == VK_NULL_HANDLE || m_pipelines.empty() ||
        m_api.vkGetPipelineCacheData(m_device, m_cache, &bytes, nullptr) != VK_SUCCESS || bytes <= m_cachedBytes)
        return;
    std::vector<char> data(bytes);
    if (m_api.vkGetPipelineCacheData(m_device, m_cache, &bytes, data.data()) != VK_SUCCESS)
        return;
    const Seal seal{kSealMagic, static_cast<std::uint32_t>(bytes), sumOf({data.data(), bytes})};
    std::error_code error;
    std::filesystem::create_directories(m_cacheFile.parent_path(), error);
    std::filesystem::path fresh = m_cacheFile;
    fresh += std::to_string(std::random_device{}());
    {
        std::ofstream out(fresh, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char *>(&seal), sizeof seal);
        out.write(data.data(), static_cast<std::streamsize>(bytes));
        if (!out.flush()) {
            out.close();
            std::filesystem::remove(fresh, error);
            return;
        }
    }
    std::filesystem::rename(fresh, m_cacheFile, error);
    if (error)
        std::filesystem::remove(fresh, error);
}

VkPipeline VulkanPipelines::find(Shader shader, DType type, Inputs inputs)
{
    const bool typed = isTyped(shader);
    const std::tuple key(shader, typed ? static_cast<std::uint32_t>(type) : 0U, inputs);
    const std::lock_guard lock(m_mutex);
    const auto found = m_pipelines.find(key);
    if (found != m_pipelines.end())
        return found->second;
    const ShaderCode code = codeOf(shader, type, inputs, m_variants);
    const bool refused = code.words.empty() || (code.matrices && vulkanTrouble("matrices"));
    const VkPipeline pipeline = refused ? VK_NULL_HANDLE : build(code, typed ? &std::get<1>(key) : nullptr);
    if (pipeline != VK_NULL_HANDLE || code.matrices) // in place of matrices there is something else: not asked for again
        m_pipelines.emplace(key, pipeline);
    return pipeline;
}

VkPipeline VulkanPipelines::build(const ShaderCode &code, const std::uint32_t *type) const
{
    VkShaderModuleCreateInfo moduleInfo{};
    moduleInfo.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
    moduleInfo.codeSize = code.words.size_bytes();
    moduleInfo.pCode = code.words.data();
    VkShaderModule module = VK_NULL_HANDLE;
    if (m_api.vkCreateShaderModule(m_device, &moduleInfo, nullptr, &module) != VK_SUCCESS)
        return VK_NULL_HANDLE;
    constexpr std::uint32_t kWord = sizeof(std::uint32_t);
    const MatrixShape &shape = m_variants.matrices;
    const std::uint32_t values[] = {type != nullptr ? *type : 0, shape.rows, shape.tokens, shape.depth};
    const VkSpecializationMapEntry entries[] = {{0, 0, kWord}, {1, kWord, kWord}, {2, 2 * kWord, kWord}, {3, 3 * kWord, kWord}};
    const VkSpecializationInfo constants{code.matrices ? 4U : 1U, entries, sizeof values, values};
    VkPipelineShaderStageRequiredSubgroupSizeCreateInfoEXT size{};
    size.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO_EXT;
    size.requiredSubgroupSize = code.matrices ? shape.subgroup() : m_variants.subgroup;
    VkComputePipelineCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO;
    info.layout = m_layout;
    info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
    info.stage.module = module;
    info.stage.pName = "main";
    info.stage.pSpecializationInfo = type != nullptr ? &constants : nullptr;
    if (code.subgroups) {
        info.stage.pNext = &size;
        info.stage.flags = VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT_EXT;
    }
    VkPipeline pipeline = VK_NULL_HANDLE;
    if (m_api.vkCreateComputePipelines(m_device, m_cache, 1, &info, nullptr, &pipeline) != VK_SUCCESS)
        pipeline = VK_NULL_HANDLE;
    m_api.vkDestroyShaderModule(m_device, module, nullptr);
    return pipeline;
}

} // namespace conclave::kernels
