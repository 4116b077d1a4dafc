#include "kernels/vulkan/vulkan_pipelines.h"

#include "vulkan_shaders.h"

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

struct ShaderRow
{
    Shader shader;
    std::span<const std::uint32_t> code;
    bool typed;                               ///< constant 0 is the DType of the weights, or of the cache
    std::span<const std::uint32_t> more = {}; ///< for the rarer types of weights
    std::span<const std::uint32_t> grid = {}; ///< for those of onGrids()
};

const ShaderRow kShaders[] = {
    {shaderOf(KernelId::kEmbedRows), shaders::kEmbedRows, true, shaders::kEmbedRowsMore, shaders::kEmbedRowsGrid},
    {shaderOf(KernelId::kMatmul), shaders::kMatmul, true, shaders::kMatmulMore, shaders::kMatmulGrid},
    {shaderOf(KernelId::kRmsNorm), shaders::kRmsNorm, false},
    {shaderOf(KernelId::kRope), shaders::kRope, false},
    {shaderOf(KernelId::kAdd), shaders::kAdd, false},
    {shaderOf(KernelId::kGatedActivation), shaders::kGatedActivation, false},
    {shaderOf(KernelId::kHeadGate), shaders::kHeadGate, false},
    {shaderOf(KernelId::kCopy), shaders::kCopy, false},
    {shaderOf(KernelId::kKvStore), shaders::kKvStore, true},
    {shaderOf(KernelId::kAttention), shaders::kAttention, true},
    {shaderOf(KernelId::kRouter), shaders::kRouter, false},
    {shaderOf(KernelId::kExpertsHidden), shaders::kExpertsHidden, true, shaders::kExpertsHiddenMore, shaders::kExpertsHiddenGrid},
    {shaderOf(KernelId::kExpertsOut), shaders::kExpertsOut, true, shaders::kExpertsOutMore, shaders::kExpertsOutGrid},
    {shaderOf(KernelId::kLayerNorm), shaders::kLayerNorm, false},
    {shaderOf(KernelId::kConv3x3), shaders::kConv3x3, true},
    {shaderOf(KernelId::kDepthwiseConv3x3), shaders::kDepthwiseConv3x3, false},
    {shaderOf(KernelId::kCausalConv), shaders::kCausalConv, false},
    {shaderOf(KernelId::kGatedDeltaRule), shaders::kGatedDeltaRule, false},
    {shaderOf(KernelId::kCompressedAttention), shaders::kCompressedAttention, true},
    {shaderOf(KernelId::kFixedRouter), shaders::kFixedRouter, false},
    {shaderOf(KernelId::kGatherStreams), shaders::kGatherStreams, false},
    {shaderOf(KernelId::kSpreadStreams), shaders::kSpreadStreams, false},
    {shaderOf(KernelId::kPoolBlocks), shaders::kPoolBlocks, false},
    {shaderOf(KernelId::kChooseRows), shaders::kChooseRows, false},
    {Shader::kMatmulTiled, shaders::kMatmulTiled, true, shaders::kMatmulTiledMore, shaders::kMatmulTiledGrid},
    {Shader::kExpertsHiddenTiled, shaders::kExpertsHiddenTiled, true, shaders::kExpertsHiddenTiledMore, shaders::kExpertsHiddenTiledGrid},
    {Shader::kExpertsDownTiled, shaders::kExpertsDownTiled, true, shaders::kExpertsDownTiledMore, shaders::kExpertsDownTiledGrid},
    {Shader::kGroupSlots, shaders::kGroupSlots, false},
    {Shader::kExpertsSum, shaders::kExpertsSum, false},
};

/// What dequantise.glsl expands with MORE_TYPES.
bool isRare(DType type)
{
    switch (type) {
    case DType::kF32:
    case DType::kF16:
    case DType::kBF16:
    case DType::kQ8_0:
    case DType::kQ4_0:
    case DType::kQ4_K:
    case DType::kQ6_K:
        return false;
    default:
        return true;
    }
}

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

std::span<const std::uint32_t> codeFor(const ShaderRow &row, DType type)
{
    if (!row.typed)
        return row.code;
    if (VulkanPipelines::onGrids(type))
        return row.grid;
    return isRare(type) && !row.more.empty() ? row.more : row.code;
}

const ShaderRow *findShader(Shader shader)
{
    for (const ShaderRow &row : kShaders)
        if (row.shader == shader)
            return &row;
    return nullptr;
}

} // namespace

bool VulkanPipelines::has(KernelId kernel)
{
    return findShader(shaderOf(kernel)) != nullptr;
}

bool VulkanPipelines::onGrids(DType type)
{
    switch (type) {
    case DType::kIQ1_S:
    case DType::kIQ1_M:
    case DType::kIQ2_XXS:
    case DType::kIQ2_XS:
    case DType::kIQ2_S:
    case DType::kIQ3_XXS:
    case DType::kIQ3_S:
    case DType::kTQ1_0:
    case DType::kTQ2_0:
        return true;
    default:
        return false;
    }
}

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

VkPipeline VulkanPipelines::find(Shader shader, DType type)
{
    const ShaderRow *row = findShader(shader);
    if (row == nullptr)
        return VK_NULL_HANDLE;
    const std::pair key(shader, row->typed ? static_cast<std::uint32_t>(type) : 0U);
    const std::lock_guard lock(m_mutex);
    const auto found = m_pipelines.find(key);
    if (found != m_pipelines.end())
        return found->second;
    const VkPipeline pipeline = build(shader, key.second);
    if (pipeline != VK_NULL_HANDLE)
        m_pipelines.emplace(key, pipeline);
    return pipeline;
}

VkPipeline VulkanPipelines::build(Shader shader, std::uint32_t type) const
{
    const ShaderRow &row = *findShader(shader);
    VkShaderModuleCreateInfo moduleInfo{};
    moduleInfo.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
    const std::span<const std::uint32_t> code = codeFor(row, static_cast<DType>(type));
    if (code.empty())
        return VK_NULL_HANDLE;
    moduleInfo.codeSize = code.size_bytes();
    moduleInfo.pCode = code.data();
    VkShaderModule module = VK_NULL_HANDLE;
    if (m_api.vkCreateShaderModule(m_device, &moduleInfo, nullptr, &module) != VK_SUCCESS)
        return VK_NULL_HANDLE;
    const VkSpecializationMapEntry entry{0, 0, sizeof type};
    const VkSpecializationInfo constants{1, &entry, sizeof type, &type};
    VkComputePipelineCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO;
    info.layout = m_layout;
    info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
    info.stage.module = module;
    info.stage.pName = "main";
    info.stage.pSpecializationInfo = row.typed ? &constants : nullptr;
    VkPipeline pipeline = VK_NULL_HANDLE;
    if (m_api.vkCreateComputePipelines(m_device, m_cache, 1, &info, nullptr, &pipeline) != VK_SUCCESS)
        pipeline = VK_NULL_HANDLE;
    m_api.vkDestroyShaderModule(m_device, module, nullptr);
    return pipeline;
}

} // namespace conclave::kernels
