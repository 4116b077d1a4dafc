#pragma once

#include "kernels/vulkan/vulkan_matrices.h"

#include <cstdint>
#include <string>

namespace conclave::kernels
{

/// Which kernels a device takes where there is a choice. All false: the plain ones, which every device can run.
struct VulkanVariants
{
    std::uint32_t subgroup = 0; ///< threads that join their sums without shared memory, 4 to 32; 0: all join through shared memory
    bool bytes = false;         ///< Precision::kFast multiplies integers of 8 bits; asks for subgroups
    bool halves = false;        ///< and where it does not, many tokens are multiplied as halves
    MatrixShape matrices;       ///< many tokens are multiplied as matrices, before all else; asks for subgroups

    /// ", subgroups of 8, 8-bit products, halves, matrices of 8 x 8 x 8", as it follows the device's name; empty for none.
    std::string text() const;
};

bool hasDeviceExtension(const VulkanInstanceApi &api, VkPhysicalDevice physical, const char *name);

/// All that a device can do but matrices: those are asked for by themselves (vulkan_matrices.h).
VulkanVariants offeredVariants(const VulkanInstanceApi &api, VkPhysicalDevice physical);

/// What of it is used. CONCLAVE_VULKAN_VARIANTS names it ("plain", or some of "subgroups,bytes,halves,matrices"); else subgroups, matrices,
/// and bytes or, where there are none, halves: matrices and halves not on a driver that computes on the host (`software`), where they are
/// slower (kernels/README.md).
VulkanVariants chosenVariants(const VulkanVariants &offered, bool software);

/// The features that a device is created with for `variants`, chained for VkDeviceCreateInfo. Neither copied nor moved: it points into
/// itself.
class VulkanVariantFeatures
{
public:
    explicit VulkanVariantFeatures(const VulkanVariants &variants);
    VulkanVariantFeatures(const VulkanVariantFeatures &) = delete;
    VulkanVariantFeatures &operator=(const VulkanVariantFeatures &) = delete;

    /// Of extensions; nullptr where there are none.
    void *chain() const { return m_chain; }
    std::uint32_t extensionCount() const { return m_count; }
    const char *const *extensions() const { return m_extensions; }

private:
    void *m_chain = nullptr;
    std::uint32_t m_count = 0;
    const char *m_extensions[3] = {};
    VkPhysicalDeviceSubgroupSizeControlFeaturesEXT m_subgroups{};
    VkPhysicalDeviceShaderIntegerDotProductFeaturesKHR m_dots{};
    VkPhysicalDeviceCooperativeMatrixFeaturesKHR m_matrices{};
};

} // namespace conclave::kernels
