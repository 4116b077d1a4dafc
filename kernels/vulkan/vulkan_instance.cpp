#include "kernels/vulkan/vulkan_instance.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace conclave::kernels
{

namespace
{

constexpr char kValidationLayer[] = "VK_LAYER_KHRONOS_validation";
/// Of Vulkan's headers that first had VK_KHR_cooperative_matrix.
constexpr std::uint32_t kMatricesVersion = VK_MAKE_API_VERSION(0, 1, 3, 255);

VkDebugUtilsMessengerCreateInfoEXT messengerInfo(PFN_vkDebugUtilsMessengerCallbackEXT callback, void *user)
{
    VkDebugUtilsMessengerCreateInfoEXT info{};
    info.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT;
    info.messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
    info.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_TYPE_PERFORMANCE_BIT_EXT;
    info.pfnUserCallback = callback;
    info.pUserData = user;
    return info;
}

/// What a device lacks, or nullptr.
const char *missingFeature(const VulkanInstanceApi &api, VkPhysicalDevice physical, std::uint32_t version)
{
    if (version < VK_API_VERSION_1_2 || vulkanTrouble("old"))
        return "Vulkan 1.2";
    VkPhysicalDeviceVulkan12Features vulkan12{};
    vulkan12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    const VkPhysicalDeviceFeatures features = api.featuresOf(physical, &vulkan12);
    if (vulkan12.bufferDeviceAddress == VK_FALSE || vulkanTrouble("poor"))
        return "buffer addresses";
    if (features.shaderInt64 == VK_FALSE)
        return "64-bit integers in shaders";
    return nullptr;
}

/// A family for compute, rather one that does not also draw; false when there is none.
bool findComputeFamily(const VulkanInstanceApi &api, VkPhysicalDevice physical, std::uint32_t &family)
{
    std::uint32_t count = 0;
    api.vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    api.vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, families.data());
    bool found = false;
    for (std::uint32_t i = 0; i < count; ++i) {
        const VkQueueFlags flags = families[i].queueFlags;
        if ((flags & VK_QUEUE_COMPUTE_BIT) == 0 || (found && (flags & VK_QUEUE_GRAPHICS_BIT) != 0))
            continue;
        family = i;
        found = true;
        if ((flags & VK_QUEUE_GRAPHICS_BIT) == 0)
            break;
    }
    return found;
}

/// The largest heap on the device: its size, and what all programs together have left of it (0 where the driver does not say).
void describeMemory(const VulkanInstanceApi &api, VkPhysicalDevice physical, PluginDevice &out)
{
    VkPhysicalDeviceMemoryBudgetPropertiesEXT budget{};
    budget.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT;
    const bool tells = hasDeviceExtension(api, physical, VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
    VkPhysicalDeviceMemoryProperties2 memory{};
    memory.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2;
    memory.pNext = tells ? &budget : nullptr;
    api.vkGetPhysicalDeviceMemoryProperties2(physical, &memory);
    for (std::uint32_t i = 0; i < memory.memoryProperties.memoryHeapCount; ++i) {
        const VkMemoryHeap &heap = memory.memoryProperties.memoryHeaps[i];
        if ((heap.flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) == 0 || heap.size <= out.memoryBytes)
            continue;
        out.memoryBytes = heap.size;
        out.freeBytes = budget.heapBudget[i] > budget.heapUsage[i] ? budget.heapBudget[i] - budget.heapUsage[i] : 0;
    }
}

/// Empty where the driver does not say.
std::string slotOf(const VulkanInstanceApi &api, VkPhysicalDevice physical)
{
    if (!hasDeviceExtension(api, physical, VK_EXT_PCI_BUS_INFO_EXTENSION_NAME))
        return {};
    VkPhysicalDevicePCIBusInfoPropertiesEXT bus{};
    bus.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PCI_BUS_INFO_PROPERTIES_EXT;
    (void)api.propertiesOf(physical, &bus);
    char slot[48];
    std::snprintf(slot, sizeof slot, "%x:%x:%x.%x", bus.pciDomain, bus.pciBus, bus.pciDevice, bus.pciFunction);
    return slot;
}

/// Drivers say by their cache's UUID when kernels have to be compiled anew.
std::string cacheName(const VkPhysicalDeviceProperties &properties)
{
    char name[96];
    int length =
        std::snprintf(name, sizeof name, "vulkan-%08x-%08x-%08x-", properties.vendorID, properties.deviceID, properties.driverVersion);
    for (const std::uint8_t byte : properties.pipelineCacheUUID)
        length += std::snprintf(name + length, sizeof name - static_cast<std::size_t>(length), "%02x", byte);
    return name;
}

} // namespace

bool vulkanTrouble(const char *kind, std::size_t place)
{
    const char *asked = std::getenv("CONCLAVE_VULKAN_TROUBLE");
    return asked != nullptr && (std::strcmp(asked, kind) == 0 || asked == std::string(kind) + "@" + std::to_string(place));
}

std::unique_ptr<VulkanInstance> VulkanInstance::open(const PluginOptions &options, std::string &reason)
{
    std::unique_ptr<VulkanInstance> instance(new VulkanInstance);
    if (!instance->m_api.openLoader(reason))
        return nullptr;
    if (options.validate != 0)
        instance->m_layerVersion = instance->validationLayer();
    if (!instance->createInstance(instance->m_layerVersion != 0, reason))
        return nullptr;
    if (options.cacheFolder != nullptr)
        instance->m_cacheFolder = reinterpret_cast<const char8_t *>(options.cacheFolder);
    instance->m_mostBytes = options.mostBytes;
    instance->findDevices();
    return instance;
}

VulkanInstance::~VulkanInstance()
{
    if (m_messenger != VK_NULL_HANDLE) {
        const auto destroy = reinterpret_cast<PFN_vkDestroyDebugUtilsMessengerEXT>(
            m_api.vkGetInstanceProcAddr(m_instance, "vkDestroyDebugUtilsMessengerEXT"));
        destroy(m_instance, m_messenger, nullptr);
    }
    if (m_instance != VK_NULL_HANDLE)
        m_api.vkDestroyInstance(m_instance, nullptr);
}

std::uint32_t VulkanInstance::validationLayer() const
{
    std::uint32_t count = 0;
    m_api.vkEnumerateInstanceLayerProperties(&count, nullptr);
    std::vector<VkLayerProperties> layers(count);
    m_api.vkEnumerateInstanceLayerProperties(&count, layers.data());
    for (const VkLayerProperties &layer : layers)
        if (std::strcmp(layer.layerName, kValidationLayer) == 0)
            return layer.specVersion;
    return 0;
}

bool VulkanInstance::createInstance(bool validate, std::string &reason)
{
    std::uint32_t version = 0;
    if (m_api.vkEnumerateInstanceVersion(&version) != VK_SUCCESS || version < VK_API_VERSION_1_2) {
        reason = "the Vulkan loader on this machine is older than 1.2";
        return false;
    }
    VkApplicationInfo application{};
    application.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO;
    application.pApplicationName = "Conclave";
    application.apiVersion = VK_API_VERSION_1_2;
    const VkDebugUtilsMessengerCreateInfoEXT messenger = messengerInfo(&VulkanInstance::onMessage, this);
    const char *layer = kValidationLayer;
    const char *extension = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;
    VkInstanceCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO;
    info.pApplicationInfo = &application;
    if (validate) {
        info.pNext = &messenger; // also hears creation and destruction of the instance
        info.enabledLayerCount = 1;
        info.ppEnabledLayerNames = &layer;
        info.enabledExtensionCount = 1;
        info.ppEnabledExtensionNames = &extension;
    }
    if (m_api.vkCreateInstance(&info, nullptr, &m_instance) != VK_SUCCESS) {
        m_instance = VK_NULL_HANDLE;
        reason = "no Vulkan driver on this machine";
        return false;
    }
    if (!m_api.loadInstance(m_instance)) {
        reason = "the Vulkan loader on this machine lacks functions of 1.2";
        return false;
    }
    if (validate) {
        const auto create =
            reinterpret_cast<PFN_vkCreateDebugUtilsMessengerEXT>(m_api.vkGetInstanceProcAddr(m_instance, "vkCreateDebugUtilsMessengerEXT"));
        if (create != nullptr && create(m_instance, &messenger, nullptr, &m_messenger) == VK_SUCCESS)
            m_validation.active = 1;
    }
    return true;
}

void VulkanInstance::findDevices()
{
    std::uint32_t count = 0;
    m_api.vkEnumeratePhysicalDevices(m_instance, &count, nullptr);
    std::vector<VkPhysicalDevice> devices(count);
    if (m_api.vkEnumeratePhysicalDevices(m_instance, &count, devices.data()) < 0)
        return;
    devices.resize(count);
    for (VkPhysicalDevice device : devices)
        examine(device);
    if (const char *places = std::getenv("CONCLAVE_VULKAN_DEVICES"); places != nullptr && *places != '\0')
        chooseNamed(places);
    for (std::size_t i = 0; i < m_candidates.size(); ++i)
        m_candidates[i].place = i;
}

void VulkanInstance::chooseNamed(const char *places)
{
    const std::vector<VulkanCandidate> all = std::move(m_candidates);
    m_candidates.clear();
    std::vector<std::uint64_t> times(all.size());
    std::vector<std::size_t> chosen;
    char *end = nullptr;
    for (const char *at = places; *at != '\0'; at = *end == ',' ? end + 1 : end) {
        const std::size_t place = std::strtoul(at, &end, 10);
        if (end == at || (*end != ',' && *end != '\0') || place >= all.size()) {
            m_omissions = "CONCLAVE_VULKAN_DEVICES names devices by their places in the list, the last of which is " +
                          std::to_string(all.empty() ? 0 : all.size() - 1);
            return;
        }
        ++times[place];
        chosen.push_back(place);
    }
    for (const std::size_t place : chosen) {
        m_candidates.push_back(all[place]);
        m_candidates.back().description.memoryBytes /= times[place];
        m_candidates.back().description.freeBytes /= times[place];
    }
}

void VulkanInstance::examine(VkPhysicalDevice physical)
{
    VkPhysicalDeviceMaintenance3Properties limits{};
    limits.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES;
    const VkPhysicalDeviceProperties properties = m_api.propertiesOf(physical, &limits);
    VulkanCandidate candidate;
    candidate.physical = physical;
    const char *missing = missingFeature(m_api, physical, properties.apiVersion);
    if (missing == nullptr && !findComputeFamily(m_api, physical, candidate.queueFamily))
        missing = "a compute queue";
    if (missing != nullptr) {
        m_omissions += std::string(m_omissions.empty() ? "" : "; ") + properties.deviceName + " lacks " + missing;
        return;
    }
    candidate.slot = slotOf(m_api, physical);
    const auto same = [&candidate](const VulkanCandidate &other) { return !candidate.slot.empty() && other.slot == candidate.slot; };
    if (std::any_of(m_candidates.begin(), m_candidates.end(), same))
        return; // by another driver: a card is one device
    candidate.largestAllocation = limits.maxMemoryAllocationSize;
    candidate.description.kind = static_cast<std::uint32_t>(DeviceKind::kVulkan);
    candidate.description.software = properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU ? 1 : 0;
    candidate.description.integrated = properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU ? 1 : 0;
    describeMemory(m_api, physical, candidate.description);
    candidate.cacheName = cacheName(properties);
    VulkanVariants offered = offeredVariants(m_api, physical);
    if (offered.subgroup != 0 &&
        (m_layerVersion == 0 || m_layerVersion >= kMatricesVersion)) // older layers take the question for a mistake
        offered.matrices = offeredMatrices(m_api, m_instance, physical);
    candidate.variants = chosenVariants(offered, candidate.description.software != 0);
    candidate.deviceName = std::string(properties.deviceName).substr(0, 170);
    std::snprintf(candidate.description.name, sizeof candidate.description.name, "%s", candidate.name().c_str());
    m_candidates.push_back(candidate);
}

PluginValidation VulkanInstance::validation() const
{
    const std::lock_guard lock(m_mutex);
    return m_validation;
}

VkBool32 VulkanInstance::onMessage(VkDebugUtilsMessageSeverityFlagBitsEXT, VkDebugUtilsMessageTypeFlagsEXT,
                                   const VkDebugUtilsMessengerCallbackDataEXT *data, void *user)
{
    auto *self = static_cast<VulkanInstance *>(user);
    const std::lock_guard lock(self->m_mutex);
    ++self->m_validation.messages;
    std::snprintf(self->m_validation.last, sizeof self->m_validation.last, "%s", data->pMessage != nullptr ? data->pMessage : "");
    return VK_FALSE;
}

} // namespace conclave::kernels
