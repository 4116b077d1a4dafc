#include "kernels/vulkan/vulkan_variants.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace conclave::kernels
{

namespace
{

/// Largest subgroup that the kernels' groups are whole multiples of, and the least that saves anything.
constexpr std::uint32_t kMostSubgroup = 32;
constexpr std::uint32_t kLeastSubgroup = 4;

/// Threads that every kernel with subgroups is to have; 0 where the driver cannot promise whole subgroups of one size.
std::uint32_t subgroupSize(const VulkanInstanceApi &api, VkPhysicalDevice physical)
{
    if (!hasDeviceExtension(api, physical, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME))
        return 0;
    VkPhysicalDeviceSubgroupSizeControlFeaturesEXT control{};
    control.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT;
    (void)api.featuresOf(physical, &control);
    VkPhysicalDeviceSubgroupSizeControlPropertiesEXT sizes{};
    sizes.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES_EXT;
    VkPhysicalDeviceSubgroupProperties subgroups{};
    subgroups.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES;
    subgroups.pNext = &sizes;
    (void)api.propertiesOf(physical, &subgroups);
    constexpr VkSubgroupFeatureFlags kOps =
        VK_SUBGROUP_FEATURE_BASIC_BIT | VK_SUBGROUP_FEATURE_ARITHMETIC_BIT | VK_SUBGROUP_FEATURE_SHUFFLE_BIT;
    const bool able = control.subgroupSizeControl != VK_FALSE && control.computeFullSubgroups != VK_FALSE &&
                      (subgroups.supportedOperations & kOps) == kOps && (subgroups.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0 &&
                      (sizes.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0;
    const std::uint32_t size = std::min(sizes.maxSubgroupSize, kMostSubgroup);
    constexpr std::uint32_t kLargestGroup = 256;
    const bool fits = size >= std::max(sizes.minSubgroupSize, kLeastSubgroup) && sizes.maxComputeWorkgroupSubgroups >= kLargestGroup / size;
    return able && fits ? size : 0;
}

/// Whether sums of four products of bytes are of use: a driver on the host has no instruction for them that it would say so of.
bool multipliesBytes(const VulkanInstanceApi &api, VkPhysicalDevice physical)
{
    if (!hasDeviceExtension(api, physical, VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME))
        return false;
    VkPhysicalDeviceShaderIntegerDotProductFeaturesKHR dots{};
    dots.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES_KHR;
    (void)api.featuresOf(physical, &dots);
    VkPhysicalDeviceShaderIntegerDotProductPropertiesKHR speeds{};
    speeds.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_PROPERTIES_KHR;
    const VkPhysicalDeviceProperties properties = api.propertiesOf(physical, &speeds);
    return dots.shaderIntegerDotProduct != VK_FALSE &&
           (speeds.integerDotProduct4x8BitPackedSignedAccelerated != VK_FALSE || properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU);
}

bool hasHalves(const VulkanInstanceApi &api, VkPhysicalDevice physical)
{
    VkPhysicalDeviceVulkan12Features vulkan12{};
    vulkan12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    (void)api.featuresOf(physical, &vulkan12);
    return vulkan12.shaderFloat16 != VK_FALSE;
}

} // namespace

bool hasDeviceExtension(const VulkanInstanceApi &api, VkPhysicalDevice physical, const char *name)
{
    std::uint32_t count = 0;
    api.vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    api.vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, extensions.data());
    return std::any_of(extensions.begin(), extensions.end(),
                       [name](const VkExtensionProperties &extension) { return std::strcmp(extension.extensionName, name) == 0; });
}

std::string VulkanVariants::text() const
{
    std::string out;
    if (subgroup != 0)
        out += ", subgroups of " + std::to_string(subgroup);
    if (bytes)
        out += ", 8-bit products";
    if (halves)
        out += ", halves";
    if (matrices)
        out += ", matrices of " + matrices.text();
    return out;
}

VulkanVariants offeredVariants(const VulkanInstanceApi &api, VkPhysicalDevice physical)
{
    VulkanVariants out;
    out.subgroup = subgroupSize(api, physical);
    out.bytes = out.subgroup != 0 && multipliesBytes(api, physical);
    out.halves = hasHalves(api, physical);
    return out;
}

VulkanVariants chosenVariants(const VulkanVariants &offered, bool software)
{
    VulkanVariants out = offered;
    if (const char *asked = std::getenv("CONCLAVE_VULKAN_VARIANTS"); asked != nullptr && *asked != 0) {
        const std::string_view list(asked);
        const auto named = [list](std::string_view name) { return list.find(name) != std::string_view::npos; };
        out.subgroup = named("subgroups") ? offered.subgroup : 0;
        out.bytes = out.subgroup != 0 && named("bytes") && offered.bytes;
        out.halves = named("halves") && offered.halves;
        out.matrices = out.subgroup != 0 && named("matrices") ? offered.matrices : MatrixShape();
    } else {
        out.halves = offered.halves && !out.bytes && !software;
        out.matrices = software ? MatrixShape() : offered.matrices;
    }
    return out;
}

VulkanVariantFeatures::VulkanVariantFeatures(const VulkanVariants &variants)
{
    if (variants.subgroup != 0) {
        m_subgroups.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES_EXT;
        m_subgroups.subgroupSizeControl = m_subgroups.computeFullSubgroups = VK_TRUE;
        m_extensions[m_count++] = VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME;
        m_chain = &m_subgroups;
    }
    if (variants.bytes) {
        m_dots.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_INTEGER_DOT_PRODUCT_FEATURES_KHR;
        m_dots.shaderIntegerDotProduct = VK_TRUE;
        m_dots.pNext = m_chain;
        m_extensions[m_count++] = VK_KHR_SHADER_INTEGER_DOT_PRODUCT_EXTENSION_NAME;
        m_chain = &m_dots;
    }
    if (variants.matrices) {
        m_matrices.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR;
        m_matrices.cooperativeMatrix = VK_TRUE;
        m_matrices.pNext = m_chain;
        m_extensions[m_count++] = VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME;
        m_chain = &m_matrices;
    }
}

} // namespace conclave::kernels
