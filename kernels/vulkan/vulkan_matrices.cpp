#include "kernels/vulkan/vulkan_matrices.h"

#include "kernels/vulkan/vulkan_variants.h"

#include <algorithm>
#include <tuple>
#include <vector>

namespace conclave::kernels
{

namespace
{

/// As shaders/tile_matrices.glsl has them.
constexpr std::uint32_t kLeastSide = 8;
constexpr std::uint32_t kMostSide = 32;
constexpr std::uint32_t kMostMatrixThreads = 64;

bool isSide(std::uint32_t size)
{
    return size >= kLeastSide && size <= kMostSide && (size & (size - 1)) == 0;
}

bool isUsable(const VkCooperativeMatrixPropertiesKHR &one, const VkPhysicalDeviceSubgroupSizeControlPropertiesEXT &sizes)
{
    const std::uint32_t subgroup = MatrixShape{one.MSize, one.NSize, one.KSize}.subgroup();
    return one.scope == VK_SCOPE_SUBGROUP_KHR && one.AType == VK_COMPONENT_TYPE_FLOAT16_KHR && one.BType == VK_COMPONENT_TYPE_FLOAT16_KHR &&
           one.CType == VK_COMPONENT_TYPE_FLOAT32_KHR && one.ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR &&
           one.saturatingAccumulation == VK_FALSE && isSide(one.MSize) && isSide(one.NSize) && isSide(one.KSize) &&
           subgroup >= std::max(sizes.minSubgroupSize, one.MSize) && subgroup <= std::min(sizes.maxSubgroupSize, kMostMatrixThreads);
}

bool hasFeatures(const VulkanInstanceApi &api, VkPhysicalDevice physical)
{
    if (!hasDeviceExtension(api, physical, VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME))
        return false;
    VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrices{};
    matrices.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR;
    VkPhysicalDeviceVulkan12Features vulkan12{};
    vulkan12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    vulkan12.pNext = &matrices;
    (void)api.featuresOf(physical, &vulkan12);
    VkPhysicalDeviceCooperativeMatrixPropertiesKHR stages{};
    stages.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_PROPERTIES_KHR;
    (void)api.propertiesOf(physical, &stages);
    return matrices.cooperativeMatrix != VK_FALSE && vulkan12.vulkanMemoryModel != VK_FALSE &&
           vulkan12.vulkanMemoryModelDeviceScope != VK_FALSE && vulkan12.shaderFloat16 != VK_FALSE &&
           (stages.cooperativeMatrixSupportedStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0;
}

} // namespace

std::string MatrixShape::text() const
{
    return std::to_string(rows) + " x " + std::to_string(tokens) + " x " + std::to_string(depth);
}

MatrixShape offeredMatrices(const VulkanInstanceApi &api, VkInstance instance, VkPhysicalDevice physical)
{
    if (!hasFeatures(api, physical))
        return {};
    const auto properties = reinterpret_cast<PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR>(
        api.vkGetInstanceProcAddr(instance, "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR"));
    std::uint32_t count = 0;
    if (properties == nullptr || properties(physical, &count, nullptr) != VK_SUCCESS)
        return {};
    VkCooperativeMatrixPropertiesKHR empty{};
    empty.sType = VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR;
    std::vector<VkCooperativeMatrixPropertiesKHR> all(count, empty);
    if (properties(physical, &count, all.data()) < 0)
        return {};
    all.resize(count);
    VkPhysicalDeviceSubgroupSizeControlPropertiesEXT sizes{};
    sizes.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES_EXT;
    (void)api.propertiesOf(physical, &sizes);
    MatrixShape best;
    for (const VkCooperativeMatrixPropertiesKHR &one : all) {
        const MatrixShape shape{one.MSize, one.NSize, one.KSize};
        const auto worth = [](const MatrixShape &of) { return std::tuple(std::min(of.rows, of.tokens), of.depth); };
        if (isUsable(one, sizes) && worth(best) < worth(shape))
            best = shape;
    }
    return best;
}

} // namespace conclave::kernels
