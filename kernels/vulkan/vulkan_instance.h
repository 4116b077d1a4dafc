#pragma once

#include "kernels/plugin/device_plugin.h"
#include "kernels/vulkan/vulkan_variants.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace conclave::kernels
{

/// A device that can run our kernels: Vulkan 1.2, a compute queue, buffer addresses and 64-bit integers in shaders.
struct VulkanCandidate
{
    VkPhysicalDevice physical = VK_NULL_HANDLE;
    std::uint32_t queueFamily = 0;
    PluginDevice description;
    VulkanVariants variants;
    std::size_t largestAllocation = 0;
    std::string cacheName;       ///< of this device with this driver, as a file name: what compiled kernels are kept under
    std::string deviceName = {}; ///< as the driver has it
    std::string slot = {};       ///< where it is plugged in, as far as the driver says: the same card by another driver has the same
    std::size_t place = 0;       ///< in the list of candidates

    /// As people are shown it, with the variants.
    std::string name() const { return "Vulkan (" + deviceName + variants.text() + ")"; }
};

/// For tests of what no card does when asked, CONCLAVE_VULKAN_TROUBLE: "old", its driver knows Vulkan 1.1 alone; "poor", it has no buffer
/// addresses; "full", it has no more memory than is taken when that is first seen; "lost", it does not answer any more; "matrices", it
/// refuses all kernels with cooperative matrices, which it offers; "wrong", it computes something else with them.
/// "full@1": only the device in place 1 of the list.
bool vulkanTrouble(const char *kind, std::size_t place = 0);

/// One VkInstance, with the call checking that was asked for. Thread-safe after open().
class VulkanInstance
{
public:
    /// nullptr with a sentence when this machine has no usable Vulkan.
    static std::unique_ptr<VulkanInstance> open(const PluginOptions &options, std::string &reason);
    ~VulkanInstance();
    VulkanInstance(const VulkanInstance &) = delete;
    VulkanInstance &operator=(const VulkanInstance &) = delete;

    const VulkanInstanceApi &api() const { return m_api; }
    const std::vector<VulkanCandidate> &candidates() const { return m_candidates; }
    /// Why other devices were left out, a sentence each.
    const std::string &omissions() const { return m_omissions; }
    /// Where compiled kernels are kept; empty: nowhere.
    const std::filesystem::path &cacheFolder() const { return m_cacheFolder; }
    /// Most memory that a device gives to buffers; 0: no limit.
    std::uint64_t mostBytes() const { return m_mostBytes; }
    PluginValidation validation() const;

private:
    VulkanInstance() = default;
    /// The version of Vulkan that the layer which checks calls was made for; 0: there is none.
    std::uint32_t validationLayer() const;
    bool createInstance(bool validate, std::string &reason);
    void findDevices();
    void examine(VkPhysicalDevice physical);
    /// CONCLAVE_VULKAN_DEVICES, "1,0": these of the candidates, in this order. One named twice is listed twice, with a half of its memory
    /// each.
    void chooseNamed(const char *places);
    static VKAPI_ATTR VkBool32 VKAPI_CALL onMessage(VkDebugUtilsMessageSeverityFlagBitsEXT severity, VkDebugUtilsMessageTypeFlagsEXT type,
                                                    const VkDebugUtilsMessengerCallbackDataEXT *data, void *user);

    VulkanInstanceApi m_api;
    VkInstance m_instance = VK_NULL_HANDLE;
    VkDebugUtilsMessengerEXT m_messenger = VK_NULL_HANDLE;
    std::vector<VulkanCandidate> m_candidates;
    std::string m_omissions;
    std::filesystem::path m_cacheFolder;
    std::uint64_t m_mostBytes = 0;
    std::uint32_t m_layerVersion = 0; ///< of the layer that checks calls; 0: none does
    mutable std::mutex m_mutex;       ///< guards m_validation
    PluginValidation m_validation;
};

} // namespace conclave::kernels
