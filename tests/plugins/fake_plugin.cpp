// A plugin without hardware. Compile definitions spoil one thing each; see CMakeLists.txt.
#include "kernels/plugin/device_plugin.h"

#include <cstdio>

#ifndef FAKE_ABI
#define FAKE_ABI conclave::kernels::kPluginAbiVersion
#endif
#ifndef FAKE_BUILD_ID
#define FAKE_BUILD_ID conclave::kernels::pluginBuildId()
#endif
#ifndef FAKE_ENTRY
#define FAKE_ENTRY conclave_device_plugin
#endif
#ifndef FAKE_DEVICES
#define FAKE_DEVICES 2
#endif

namespace conclave::kernels
{

struct PluginSession
{
    std::uint32_t devices = FAKE_DEVICES;
};

namespace
{

class FakeDevice final : public Device
{
public:
    explicit FakeDevice(std::uint32_t index)
    {
        m_info.name = "fake " + std::to_string(index);
        m_info.memoryBytes = 1000 + index;
    }
    const DeviceInfo &info() const override { return m_info; }
    std::unique_ptr<Buffer> allocate(std::size_t) override { return nullptr; }
    std::unique_ptr<Buffer> importReadOnly(std::span<const std::byte>) override { return nullptr; }
    std::unique_ptr<Queue> createQueue() override { return nullptr; }
    Status upload(const Tensor &, std::span<const std::byte>) override { return Status::unsupported("fake upload"); }
    Status download(std::span<std::byte>, const Tensor &) override { return Status::unsupported("fake download"); }

private:
    DeviceInfo m_info;
};

PluginSession *openSession(const PluginOptions *, char *reason, std::size_t bytes)
{
#ifdef FAKE_UNWILLING
    std::snprintf(reason, bytes, "no fake driver on this machine");
    return nullptr;
#else
    (void)reason, (void)bytes;
    return new PluginSession;
#endif
}

void closeSession(PluginSession *session)
{
    delete session;
}
std::uint32_t deviceCount(const PluginSession *session)
{
    return session->devices;
}

int describe(const PluginSession *session, std::uint32_t index, PluginDevice *out)
{
    if (index >= session->devices)
        return 0;
    *out = {};
    out->memoryBytes = 1000 + index;
    out->freeBytes = 500 + index;
#ifdef FAKE_MIXED // one that imitates a card, one in the processor, and cards
    out->software = index == 0 ? 1 : 0;
    out->integrated = index == 1 ? 1 : 0;
#endif
    std::snprintf(out->name, sizeof out->name, "fake %u", index);
    return 1;
}

Device *createDevice(PluginSession *, std::uint32_t index, char *reason, std::size_t bytes)
{
    if (index == 0)
        return new FakeDevice(index);
    std::snprintf(reason, bytes, "the second fake is broken");
    return nullptr;
}

void destroyDevice(Device *device)
{
    delete device;
}

void validation(const PluginSession *, PluginValidation *out)
{
    *out = {};
    out->messages = 7;
}

} // namespace

} // namespace conclave::kernels

CONCLAVE_PLUGIN_EXPORT const conclave::kernels::PluginTable *FAKE_ENTRY()
{
    using namespace conclave::kernels;
    static const PluginTable table{FAKE_ABI, sizeof(PluginTable), FAKE_BUILD_ID, openSession, closeSession, deviceCount,
                                   describe, createDevice,        destroyDevice, validation};
    return &table;
}
