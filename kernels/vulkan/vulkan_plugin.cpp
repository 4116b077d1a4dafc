#include "kernels/plugin/device_plugin.h"
#include "kernels/plugin/plugin_exports.h"
#include "kernels/vulkan/vulkan_device.h"

namespace conclave::kernels
{

struct PluginSession
{
    std::unique_ptr<VulkanInstance> instance;
};

namespace
{

PluginSession *openSession(const PluginOptions *options, char *reason, std::size_t bytes)
{
    return guarded<PluginSession>(reason, bytes, [&](std::string &why) -> PluginSession * {
        auto instance = VulkanInstance::open(*options, why);
        if (instance == nullptr)
            return nullptr;
        why = instance->omissions();
        if (why.empty() && instance->candidates().empty())
            why = "no Vulkan device on this machine";
        return new PluginSession{std::move(instance)};
    });
}

void closeSession(PluginSession *session)
{
    delete session;
}

std::uint32_t deviceCount(const PluginSession *session)
{
    return static_cast<std::uint32_t>(session->instance->candidates().size());
}

int describe(const PluginSession *session, std::uint32_t index, PluginDevice *out)
{
    const auto &candidates = session->instance->candidates();
    if (index >= candidates.size())
        return 0;
    *out = candidates[index].description;
    return 1;
}

Device *createDevice(PluginSession *session, std::uint32_t index, char *reason, std::size_t bytes)
{
    return guarded<Device>(reason, bytes, [&](std::string &why) -> Device * {
        return VulkanDevice::create(*session->instance, session->instance->candidates().at(index), why).release();
    });
}

void destroyDevice(Device *device)
{
    delete device;
}

void validation(const PluginSession *session, PluginValidation *out)
{
    *out = session->instance->validation();
}

} // namespace

} // namespace conclave::kernels

CONCLAVE_PLUGIN_EXPORT const conclave::kernels::PluginTable *conclave_device_plugin()
{
    using namespace conclave::kernels;
    static const PluginTable table{kPluginAbiVersion, sizeof(PluginTable), pluginBuildId(), openSession, closeSession, deviceCount,
                                   describe,          createDevice,        destroyDevice,   validation};
    return &table;
}
