#pragma once

#include "kernels/vulkan/vulkan_api.h"

#include <cstdint>
#include <string>

#ifndef VK_KHR_cooperative_matrix // headers before 1.3.255
#define VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME "VK_KHR_cooperative_matrix"
constexpr auto VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR = static_cast<VkStructureType>(1000506000);
constexpr auto VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR = static_cast<VkStructureType>(1000506001);
constexpr auto VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_PROPERTIES_KHR = static_cast<VkStructureType>(1000506002);
enum VkComponentTypeKHR : std::int32_t
{
    VK_COMPONENT_TYPE_FLOAT16_KHR = 0,
    VK_COMPONENT_TYPE_FLOAT32_KHR = 1,
};
enum VkScopeKHR : std::int32_t
{
    VK_SCOPE_SUBGROUP_KHR = 3,
};
struct VkCooperativeMatrixPropertiesKHR
{
    VkStructureType sType;
    void *pNext;
    std::uint32_t MSize, NSize, KSize;
    VkComponentTypeKHR AType, BType, CType, ResultType;
    VkBool32 saturatingAccumulation;
    VkScopeKHR scope;
};
struct VkPhysicalDeviceCooperativeMatrixFeaturesKHR
{
    VkStructureType sType;
    void *pNext;
    VkBool32 cooperativeMatrix, cooperativeMatrixRobustBufferAccess;
};
struct VkPhysicalDeviceCooperativeMatrixPropertiesKHR
{
    VkStructureType sType;
    void *pNext;
    VkShaderStageFlags cooperativeMatrixSupportedStages;
};
using PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR = VkResult(VKAPI_PTR *)(VkPhysicalDevice device, std::uint32_t *count,
                                                                                    VkCooperativeMatrixPropertiesKHR *properties);
#endif

namespace conclave::kernels
{

/// Cooperative matrices that shaders/matrices.glsl multiplies: rows x depth halves of weights by depth x tokens halves of tokens, into
/// floats. Its specialisation constants 1 to 3, in this order. rows 0: none.
struct MatrixShape
{
    std::uint32_t rows = 0, tokens = 0, depth = 0;

    explicit operator bool() const { return rows != 0; }
    /// Threads of the subgroups that multiply them: each holds eight sums, as shaders/tile_matrices.glsl counts.
    std::uint32_t subgroup() const { return rows * tokens / 8; }
    /// "16 x 16 x 16"
    std::string text() const;
};

/// What a device with VK_EXT_subgroup_size_control multiplies and shaders/tile_matrices.glsl can divide its tile into; squares rather than
/// others.
MatrixShape offeredMatrices(const VulkanInstanceApi &api, VkInstance instance, VkPhysicalDevice physical);

} // namespace conclave::kernels
