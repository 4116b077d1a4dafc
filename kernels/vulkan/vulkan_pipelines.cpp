#include "kernels/vulkan/vulkan_pipelines.h"

#include "vulkan_shaders.h"

#include <span>

namespace conclave::kernels
{

namespace
{

struct ShaderRow
{
    KernelId kernel;
    std::span<const std::uint32_t> code;
    bool typed; ///< constant 0 is the DType of the weights, or of the cache
};

const ShaderRow kShaders[] = {
    {KernelId::kEmbedRows, shaders::kEmbedRows, true},
    {KernelId::kMatmul, shaders::kMatmul, true},
    {KernelId::kRmsNorm, shaders::kRmsNorm, false},
    {KernelId::kRope, shaders::kRope, false},
    {KernelId::kAdd, shaders::kAdd, false},
    {KernelId::kGatedActivation, shaders::kGatedActivation, false},
    {KernelId::kHeadGate, shaders::kHeadGate, false},
    {KernelId::kKvStore, shaders::kKvStore, true},
    {KernelId::kAttention, shaders::kAttention, true},
    {KernelId::kRouter, shaders::kRouter, false},
    {KernelId::kExpertsHidden, shaders::kExpertsHidden, true},
    {KernelId::kExpertsOut, shaders::kExpertsOut, true},
};

const ShaderRow *findShader(KernelId kernel)
{
    for (const ShaderRow &row : kShaders)
        if (row.kernel == kernel)
            return &row;
    return nullptr;
}

} // namespace

bool VulkanPipelines::has(KernelId kernel)
{
    return findShader(kernel) != nullptr;
}

VulkanPipelines::~VulkanPipelines()
{
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
    return m_api.vkCreatePipelineLayout(m_device, &info, nullptr, &m_layout) == VK_SUCCESS;
}

VkPipeline VulkanPipelines::find(KernelId kernel, DType type)
{
    const ShaderRow *row = findShader(kernel);
    if (row == nullptr)
        return VK_NULL_HANDLE;
    const std::pair key(kernel, row->typed ? static_cast<std::uint32_t>(type) : 0U);
    const std::lock_guard lock(m_mutex);
    const auto found = m_pipelines.find(key);
    if (found != m_pipelines.end())
        return found->second;
    const VkPipeline pipeline = build(kernel, key.second);
    if (pipeline != VK_NULL_HANDLE)
        m_pipelines.emplace(key, pipeline);
    return pipeline;
}

VkPipeline VulkanPipelines::build(KernelId kernel, std::uint32_t type) const
{
    const ShaderRow &row = *findShader(kernel);
    VkShaderModuleCreateInfo moduleInfo{};
    moduleInfo.sType = VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO;
    moduleInfo.codeSize = row.code.size_bytes();
    moduleInfo.pCode = row.code.data();
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
    if (m_api.vkCreateComputePipelines(m_device, VK_NULL_HANDLE, 1, &info, nullptr, &pipeline) != VK_SUCCESS)
        pipeline = VK_NULL_HANDLE;
    m_api.vkDestroyShaderModule(m_device, module, nullptr);
    return pipeline;
}

} // namespace conclave::kernels
