#include "kernels/vulkan/vulkan_api.h"

namespace conclave::kernels
{

bool VulkanInstanceApi::openLoader(std::string &reason)
{
#if defined(_WIN32)
    const char *file = "vulkan-1.dll";
#elif defined(__APPLE__)
    const char *file = "libvulkan.1.dylib";
#else
    const char *file = "libvulkan.so.1";
#endif
    std::string why;
    library = SharedLibrary::open(file, why);
    if (library == nullptr) {
        reason = "no Vulkan loader on this machine (" + why + ")";
        return false;
    }
    vkGetInstanceProcAddr = library->function<PFN_vkGetInstanceProcAddr>("vkGetInstanceProcAddr");
    bool complete = vkGetInstanceProcAddr != nullptr;
#define CONCLAVE_VULKAN_FIND(name)                                                                                                         \
    complete = complete && (name = reinterpret_cast<PFN_##name>(vkGetInstanceProcAddr(nullptr, #name))) != nullptr;
    CONCLAVE_VULKAN_GLOBAL(CONCLAVE_VULKAN_FIND)
#undef CONCLAVE_VULKAN_FIND
    if (!complete)
        reason = "the Vulkan loader on this machine is older than 1.2";
    return complete;
}

bool VulkanInstanceApi::loadInstance(VkInstance instance)
{
    bool complete = true;
#define CONCLAVE_VULKAN_FIND(name)                                                                                                         \
    complete = complete && (name = reinterpret_cast<PFN_##name>(vkGetInstanceProcAddr(instance, #name))) != nullptr;
    CONCLAVE_VULKAN_INSTANCE(CONCLAVE_VULKAN_FIND)
#undef CONCLAVE_VULKAN_FIND
    return complete;
}

VkPhysicalDeviceFeatures VulkanInstanceApi::featuresOf(VkPhysicalDevice physical, void *more) const
{
    VkPhysicalDeviceFeatures2 features{};
    features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    features.pNext = more;
    vkGetPhysicalDeviceFeatures2(physical, &features);
    return features.features;
}

VkPhysicalDeviceProperties VulkanInstanceApi::propertiesOf(VkPhysicalDevice physical, void *more) const
{
    VkPhysicalDeviceProperties2 properties{};
    properties.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2;
    properties.pNext = more;
    vkGetPhysicalDeviceProperties2(physical, &properties);
    return properties.properties;
}

bool VulkanDeviceApi::load(const VulkanInstanceApi &instance, VkDevice device)
{
    bool complete = true;
#define CONCLAVE_VULKAN_FIND(name)                                                                                                         \
    complete = complete && (name = reinterpret_cast<PFN_##name>(instance.vkGetDeviceProcAddr(device, #name))) != nullptr;
    CONCLAVE_VULKAN_DEVICE(CONCLAVE_VULKAN_FIND)
#undef CONCLAVE_VULKAN_FIND
    return complete;
}

} // namespace conclave::kernels
