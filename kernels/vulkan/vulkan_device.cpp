#include "kernels/vulkan/vulkan_device.h"

#include "kernels/core/iq_grids.h"
#include "kernels/core/validate.h"
#include "kernels/vulkan/vulkan_queue.h"
#include "kernels/vulkan/vulkan_self_check.h"

#include <algorithm>
#include <cstring>

namespace conclave::kernels
{

namespace
{

constexpr std::size_t kStagingBytes = std::size_t{8} << 20;

Status checkTransfer(const Tensor &tensor, std::size_t bytes, const VulkanBuffer *buffer)
{
    if (buffer == nullptr)
        return Status::invalid("transfer: the tensor lies in another device's memory");
    if (!fitsBuffer(tensor) || !tensor.isPacked() || tensor.packedBytes() != bytes)
        return Status::invalid("transfer: the tensor must be packed, inside its buffer and as long as the span");
    return Status::success();
}

} // namespace

VulkanBuffer::~VulkanBuffer()
{
    m_device.freeMemory(m_memory);
}

std::unique_ptr<VulkanDevice> VulkanDevice::create(const VulkanInstance &instance, const VulkanCandidate &candidate, std::string &reason)
{
    std::unique_ptr<VulkanDevice> device(new VulkanDevice(instance, candidate));
    return device->initialise(reason) ? std::move(device) : nullptr;
}

VulkanDevice::VulkanDevice(const VulkanInstance &instance, const VulkanCandidate &candidate)
    : m_instanceApi(instance.api()), m_candidate(candidate), m_mostBytes(instance.mostBytes())
{
    if (!instance.cacheFolder().empty())
        m_cacheFile = instance.cacheFolder() / candidate.cacheName;
    m_info.kind = DeviceKind::kVulkan;
    m_info.name = candidate.description.name;
    m_info.memoryBytes = candidate.description.memoryBytes;
    m_instanceApi.vkGetPhysicalDeviceMemoryProperties(candidate.physical, &m_memoryProperties);
}

VulkanDevice::~VulkanDevice()
{
    m_transfer.reset();
    freeMemory(m_staging);
    freeMemory(m_grids);
    m_pipelines.reset();
    if (m_device != VK_NULL_HANDLE)
        m_api.vkDestroyDevice(m_device, nullptr);
}

bool VulkanDevice::initialise(std::string &reason)
{
    if (!createDevice()) {
        reason = "the Vulkan driver refused to open the device";
        return false;
    }
    m_api.vkGetDeviceQueue(m_device, m_candidate.queueFamily, 0, &m_queue);
    m_pipelines = std::make_unique<VulkanPipelines>(m_api, m_device, m_candidate.variants, m_cacheFile);
    m_transfer = std::make_unique<VulkanCommands>(*this);
    const auto staging = allocateMemory(kStagingBytes, Place::kHost);
    if (staging)
        m_staging = *staging;
    if (staging && m_transfer->create() && m_pipelines->createLayout() && fillGrids()) {
        checkMatrices();
        return true;
    }
    reason = "the Vulkan device has no memory to work with";
    return false;
}

/// Other kernels take the place of matrices that compute something else here than on the devices they were tested on.
void VulkanDevice::checkMatrices()
{
    if (!m_candidate.variants.matrices || (!vulkanTrouble("wrong") && fastProductsAgree(*this)))
        return;
    m_candidate.variants.matrices = {};
    m_info.name = m_candidate.name();
}

bool VulkanDevice::fillGrids()
{
    std::vector<std::uint16_t> tables;
    const auto append = [&tables](std::span<const std::uint16_t> table) { tables.insert(tables.end(), table.begin(), table.end()); };
    append(kGridIQ2_XXS);
    append(kGridIQ2_XS);
    append(kGridIQ2_S);
    append(kGridIQ1);
    append(kGridIQ3_XXS);
    append(kGridIQ3_S);
    const auto bytes = std::as_bytes(std::span<const std::uint16_t>(tables));
    const auto memory = allocateMemory(bytes.size(), Place::kDevice);
    if (!memory)
        return false;
    m_grids = *memory;
    return copyIn(m_grids, 0, bytes).ok();
}

bool VulkanDevice::createDevice()
{
    const float priority = 1.0F;
    VkDeviceQueueCreateInfo queue{};
    queue.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO;
    queue.queueFamilyIndex = m_candidate.queueFamily;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
    VkPhysicalDeviceVulkan12Features vulkan12{};
    vulkan12.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES;
    vulkan12.bufferDeviceAddress = VK_TRUE;
    const VulkanVariants &variants = m_candidate.variants;
    // Which matrices want; atomics of other shaders are of the device's scope, which is then to be asked for.
    vulkan12.vulkanMemoryModel = vulkan12.vulkanMemoryModelDeviceScope = variants.matrices ? VK_TRUE : VK_FALSE;
    vulkan12.shaderFloat16 = variants.matrices || variants.halves ? VK_TRUE : VK_FALSE;
    const VulkanVariantFeatures more(variants);
    vulkan12.pNext = more.chain();
    VkPhysicalDeviceFeatures2 features{};
    features.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
    features.pNext = &vulkan12;
    features.features.shaderInt64 = VK_TRUE;
    VkDeviceCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO;
    info.pNext = &features;
    info.queueCreateInfoCount = 1;
    info.pQueueCreateInfos = &queue;
    info.enabledExtensionCount = more.extensionCount();
    info.ppEnabledExtensionNames = more.extensions();
    if (m_instanceApi.vkCreateDevice(m_candidate.physical, &info, nullptr, &m_device) != VK_SUCCESS) {
        m_device = VK_NULL_HANDLE;
        return false;
    }
    if (m_api.load(m_instanceApi, m_device))
        return true;
    // Without its functions nothing else was made of it; this one is found by name alone.
    const auto destroy = reinterpret_cast<PFN_vkDestroyDevice>(m_instanceApi.vkGetDeviceProcAddr(m_device, "vkDestroyDevice"));
    if (destroy != nullptr)
        destroy(m_device, nullptr);
    m_device = VK_NULL_HANDLE;
    return false;
}

std::optional<std::uint32_t> VulkanDevice::memoryType(std::uint32_t allowed, Place place, std::size_t bytes) const
{
    const VkMemoryPropertyFlags needed = place == Place::kDevice
                                             ? VkMemoryPropertyFlags{VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT}
                                             : VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT;
    // Staging is read by the host too, which is slow from memory it does not cache.
    const VkMemoryPropertyFlags wished = place == Place::kDevice ? 0 : VK_MEMORY_PROPERTY_HOST_CACHED_BIT;
    for (const VkMemoryPropertyFlags flags : {needed | wished, needed})
        for (std::uint32_t i = 0; i < m_memoryProperties.memoryTypeCount; ++i) {
            const VkMemoryType &type = m_memoryProperties.memoryTypes[i];
            if ((allowed >> i & 1U) != 0 && (type.propertyFlags & flags) == flags &&
                bytes <= m_memoryProperties.memoryHeaps[type.heapIndex].size)
                return i;
        }
    return std::nullopt;
}

std::optional<VulkanMemory> VulkanDevice::allocateMemory(std::size_t bytes, Place place)
{
    if (bytes > m_candidate.largestAllocation || bytes > m_info.memoryBytes)
        return std::nullopt;
    VulkanMemory memory;
    memory.bytes = (std::max<std::size_t>(bytes, 1) + 63) / 64 * 64;
    if (place == Place::kDevice && !count(memory))
        return std::nullopt;
    VkBufferCreateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO;
    info.size = memory.bytes;
    info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_SHADER_DEVICE_ADDRESS_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                 VK_BUFFER_USAGE_TRANSFER_DST_BIT;
    info.sharingMode = VK_SHARING_MODE_EXCLUSIVE;
    if (m_api.vkCreateBuffer(m_device, &info, nullptr, &memory.buffer) != VK_SUCCESS)
        memory.buffer = VK_NULL_HANDLE;
    else if (bindMemory(memory, place))
        return memory;
    freeMemory(memory);
    return std::nullopt;
}

/// Against the limit; false when it does not fit.
bool VulkanDevice::count(VulkanMemory &memory)
{
    const bool full = vulkanTrouble("full", m_candidate.place);
    if (full && m_fullAt == 0)
        m_fullAt = m_deviceBytes.load();
    const std::uint64_t all = m_deviceBytes += memory.bytes;
    memory.counted = (m_mostBytes == 0 || all <= m_mostBytes) && (!full || all <= m_fullAt);
    if (!memory.counted)
        m_deviceBytes -= memory.bytes;
    return memory.counted;
}

bool VulkanDevice::bindMemory(VulkanMemory &memory, Place place)
{
    VkMemoryRequirements needs{};
    m_api.vkGetBufferMemoryRequirements(m_device, memory.buffer, &needs);
    const auto type = memoryType(needs.memoryTypeBits, place, needs.size);
    if (!type || needs.size > m_candidate.largestAllocation)
        return false;
    VkMemoryAllocateFlagsInfo flags{};
    flags.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_FLAGS_INFO;
    flags.flags = VK_MEMORY_ALLOCATE_DEVICE_ADDRESS_BIT;
    VkMemoryAllocateInfo info{};
    info.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO;
    info.pNext = &flags;
    info.allocationSize = needs.size;
    info.memoryTypeIndex = *type;
    if (m_api.vkAllocateMemory(m_device, &info, nullptr, &memory.memory) != VK_SUCCESS) {
        memory.memory = VK_NULL_HANDLE;
        return false;
    }
    if (m_api.vkBindBufferMemory(m_device, memory.buffer, memory.memory, 0) != VK_SUCCESS)
        return false;
    VkBufferDeviceAddressInfo address{};
    address.sType = VK_STRUCTURE_TYPE_BUFFER_DEVICE_ADDRESS_INFO;
    address.buffer = memory.buffer;
    memory.address = m_api.vkGetBufferDeviceAddress(m_device, &address);
    if (place == Place::kDevice)
        return true;
    void *host = nullptr;
    if (m_api.vkMapMemory(m_device, memory.memory, 0, VK_WHOLE_SIZE, 0, &host) != VK_SUCCESS)
        return false;
    memory.host = static_cast<std::byte *>(host);
    return true;
}

void VulkanDevice::freeMemory(const VulkanMemory &memory)
{
    if (memory.buffer != VK_NULL_HANDLE)
        m_api.vkDestroyBuffer(m_device, memory.buffer, nullptr);
    if (memory.memory != VK_NULL_HANDLE)
        m_api.vkFreeMemory(m_device, memory.memory, nullptr);
    if (memory.counted)
        m_deviceBytes -= memory.bytes;
}

std::unique_ptr<Buffer> VulkanDevice::allocateBuffer(std::size_t bytes, bool readOnly)
{
    const auto memory = allocateMemory(bytes, Place::kDevice);
    if (!memory)
        return nullptr;
    auto buffer = std::make_unique<VulkanBuffer>(*this, *memory, bytes, readOnly);
    return zero(*memory).ok() ? std::move(buffer) : nullptr;
}

std::unique_ptr<Buffer> VulkanDevice::allocate(std::size_t bytes)
{
    return allocateBuffer(bytes, false);
}

std::unique_ptr<Buffer> VulkanDevice::importReadOnly(std::span<const std::byte> memory)
{
    if (memory.empty() || reinterpret_cast<std::uintptr_t>(memory.data()) % 4 != 0)
        return nullptr;
    auto buffer = allocateBuffer(memory.size(), true);
    if (buffer == nullptr || !copyIn(own(buffer.get())->memory(), 0, memory).ok())
        return nullptr;
    return buffer;
}

std::unique_ptr<Queue> VulkanDevice::createQueue()
{
    return VulkanQueue::create(*this);
}

Status VulkanDevice::upload(const Tensor &to, std::span<const std::byte> from)
{
    const VulkanBuffer *buffer = own(to.buffer);
    if (const Status status = checkTransfer(to, from.size(), buffer); !status.ok())
        return status;
    if (buffer->readOnly())
        return Status::invalid("upload: the memory is read-only");
    return copyIn(buffer->memory(), to.offset, from);
}

Status VulkanDevice::download(std::span<std::byte> to, const Tensor &from)
{
    const VulkanBuffer *buffer = own(from.buffer);
    if (const Status status = checkTransfer(from, to.size(), buffer); !status.ok())
        return status;
    return copyOut(to, buffer->memory(), from.offset);
}

const VulkanBuffer *VulkanDevice::own(const Buffer *buffer) const
{
    const auto *mine = dynamic_cast<const VulkanBuffer *>(buffer);
    return mine != nullptr && &mine->device() == this ? mine : nullptr;
}

VkResult VulkanDevice::submit(const VkSubmitInfo &info, VkFence fence)
{
    const std::lock_guard lock(m_queueMutex);
    if (m_lost || vulkanTrouble("lost", m_candidate.place)) {
        m_lost = true;
        return VK_ERROR_DEVICE_LOST;
    }
    return m_api.vkQueueSubmit(m_queue, 1, &info, fence);
}

Status VulkanDevice::copyIn(const VulkanMemory &to, std::size_t offset, std::span<const std::byte> from)
{
    const std::lock_guard lock(m_transferMutex);
    for (std::size_t done = 0; done < from.size();) {
        const std::size_t part = std::min(kStagingBytes, from.size() - done);
        std::memcpy(m_staging.host, from.data() + done, part);
        if (const Status status = copyOnce(m_staging.buffer, to.buffer, {0, offset + done, part}); !status.ok())
            return status;
        done += part;
    }
    return Status::success();
}

Status VulkanDevice::copyOut(std::span<std::byte> to, const VulkanMemory &from, std::size_t offset)
{
    const std::lock_guard lock(m_transferMutex);
    for (std::size_t done = 0; done < to.size();) {
        const std::size_t part = std::min(kStagingBytes, to.size() - done);
        if (const Status status = copyOnce(from.buffer, m_staging.buffer, {offset + done, 0, part}); !status.ok())
            return status;
        std::memcpy(to.data() + done, m_staging.host, part);
        done += part;
    }
    return Status::success();
}

/// The caller holds m_transferMutex.
Status VulkanDevice::copyOnce(VkBuffer from, VkBuffer to, const VkBufferCopy &region)
{
    const VkCommandBuffer commands = m_transfer->begin();
    if (commands == VK_NULL_HANDLE)
        return kLost;
    m_transfer->barrier();
    m_api.vkCmdCopyBuffer(commands, from, to, 1, &region);
    return m_transfer->submitAndWait();
}

Status VulkanDevice::zero(const VulkanMemory &memory)
{
    const std::lock_guard lock(m_transferMutex);
    const VkCommandBuffer commands = m_transfer->begin();
    if (commands == VK_NULL_HANDLE)
        return kLost;
    m_api.vkCmdFillBuffer(commands, memory.buffer, 0, VK_WHOLE_SIZE, 0);
    return m_transfer->submitAndWait();
}

} // namespace conclave::kernels
