#pragma once

#include "kernels/plugin/shared_library.h"

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan.h>

#include <memory>
#include <string>

/// Vulkan's functions, found at run time: the plugin loads on machines without Vulkan.
namespace conclave::kernels
{

#define CONCLAVE_VULKAN_GLOBAL(X)                                                                                                          \
    X(vkEnumerateInstanceVersion)                                                                                                          \
    X(vkEnumerateInstanceLayerProperties)                                                                                                  \
    X(vkEnumerateInstanceExtensionProperties)                                                                                              \
    X(vkCreateInstance)

#define CONCLAVE_VULKAN_INSTANCE(X)                                                                                                        \
    X(vkDestroyInstance)                                                                                                                   \
    X(vkEnumeratePhysicalDevices)                                                                                                          \
    X(vkGetPhysicalDeviceProperties2)                                                                                                      \
    X(vkGetPhysicalDeviceFeatures2)                                                                                                        \
    X(vkGetPhysicalDeviceMemoryProperties)                                                                                                 \
    X(vkGetPhysicalDeviceMemoryProperties2)                                                                                                \
    X(vkEnumerateDeviceExtensionProperties)                                                                                                \
    X(vkGetPhysicalDeviceQueueFamilyProperties)                                                                                            \
    X(vkGetDeviceProcAddr)                                                                                                                 \
    X(vkCreateDevice)

#define CONCLAVE_VULKAN_DEVICE(X)                                                                                                          \
    X(vkDestroyDevice)                                                                                                                     \
    X(vkGetDeviceQueue)                                                                                                                    \
    X(vkQueueSubmit)                                                                                                                       \
    X(vkCreateBuffer)                                                                                                                      \
    X(vkDestroyBuffer)                                                                                                                     \
    X(vkGetBufferMemoryRequirements)                                                                                                       \
    X(vkAllocateMemory)                                                                                                                    \
    X(vkFreeMemory)                                                                                                                        \
    X(vkBindBufferMemory)                                                                                                                  \
    X(vkMapMemory)                                                                                                                         \
    X(vkGetBufferDeviceAddress)                                                                                                            \
    X(vkCreateShaderModule)                                                                                                                \
    X(vkDestroyShaderModule)                                                                                                               \
    X(vkCreatePipelineLayout)                                                                                                              \
    X(vkDestroyPipelineLayout)                                                                                                             \
    X(vkCreateComputePipelines)                                                                                                            \
    X(vkDestroyPipeline)                                                                                                                   \
    X(vkCreatePipelineCache)                                                                                                               \
    X(vkDestroyPipelineCache)                                                                                                              \
    X(vkGetPipelineCacheData)                                                                                                              \
    X(vkCreateCommandPool)                                                                                                                 \
    X(vkDestroyCommandPool)                                                                                                                \
    X(vkResetCommandPool)                                                                                                                  \
    X(vkAllocateCommandBuffers)                                                                                                            \
    X(vkBeginCommandBuffer)                                                                                                                \
    X(vkEndCommandBuffer)                                                                                                                  \
    X(vkCmdPipelineBarrier)                                                                                                                \
    X(vkCmdBindPipeline)                                                                                                                   \
    X(vkCmdPushConstants)                                                                                                                  \
    X(vkCmdDispatch)                                                                                                                       \
    X(vkCmdCopyBuffer)                                                                                                                     \
    X(vkCmdFillBuffer)                                                                                                                     \
    X(vkCreateFence)                                                                                                                       \
    X(vkDestroyFence)                                                                                                                      \
    X(vkResetFences)                                                                                                                       \
    X(vkWaitForFences)

#define CONCLAVE_VULKAN_POINTER(name) PFN_##name name = nullptr;

/// Functions of the loader library and of one instance.
struct VulkanInstanceApi
{
    std::unique_ptr<SharedLibrary> library;
    PFN_vkGetInstanceProcAddr vkGetInstanceProcAddr = nullptr;
    CONCLAVE_VULKAN_GLOBAL(CONCLAVE_VULKAN_POINTER)
    CONCLAVE_VULKAN_INSTANCE(CONCLAVE_VULKAN_POINTER)

    /// Opens the loader and finds the functions that need no instance. False, with a sentence, when there is none.
    bool openLoader(std::string &reason);
    bool loadInstance(VkInstance instance);
    /// What a device can do, and how much of it; `more`: chained structures that are filled as well.
    VkPhysicalDeviceFeatures featuresOf(VkPhysicalDevice physical, void *more) const;
    VkPhysicalDeviceProperties propertiesOf(VkPhysicalDevice physical, void *more) const;
};

/// Functions of one device, called without the loader's detour.
struct VulkanDeviceApi
{
    CONCLAVE_VULKAN_DEVICE(CONCLAVE_VULKAN_POINTER)

    bool load(const VulkanInstanceApi &instance, VkDevice device);
};

#undef CONCLAVE_VULKAN_POINTER

} // namespace conclave::kernels
