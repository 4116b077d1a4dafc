#include "kernels/cuda/cuda_device.h"
#include "kernels/plugin/device_plugin.h"
#include "kernels/plugin/plugin_exports.h"

#include <cstdio>

namespace conclave::kernels
{

/// The cards found when the plugin was opened.
struct PluginSession
{
    std::vector<PluginDevice> devices;
    std::uint64_t mostBytes = 0; ///< see PluginOptions
};

namespace
{

PluginDevice describeCard(int ordinal)
{
    PluginDevice device;
    cudaDeviceProp properties{};
    if (cudaGetDeviceProperties(&properties, ordinal) != cudaSuccess)
        return device;
    device.kind = static_cast<std::uint32_t>(DeviceKind::kCuda);
    device.integrated = properties.integrated != 0 ? 1 : 0;
    device.memoryBytes = properties.totalGlobalMem;
    std::size_t free = 0;
    std::size_t total = 0;
    if (cudaSetDevice(ordinal) == cudaSuccess && cudaMemGetInfo(&free, &total) == cudaSuccess)
        device.freeBytes = free;
    std::snprintf(device.name, sizeof device.name, "CUDA (%.200s, %d.%d)", properties.name, properties.major, properties.minor);
    return device;
}

PluginSession *openSession(const PluginOptions *options, char *reason, std::size_t bytes)
{
    return guarded<PluginSession>(reason, bytes, [options](std::string &why) -> PluginSession * {
        int count = 0;
        const cudaError_t error = cudaGetDeviceCount(&count);
        if (error == cudaSuccess && count > 0) {
            auto session = std::make_unique<PluginSession>();
            session->mostBytes = options->mostBytes;
            for (int i = 0; i < count; ++i)
                session->devices.push_back(describeCard(i));
            return session.release();
        }
        (void)cudaGetLastError();
        if (error == cudaSuccess || error == cudaErrorNoDevice)
            why = "no NVIDIA card on this machine";
        else if (error == cudaErrorInsufficientDriver)
            why = "no NVIDIA driver on this machine, or one too old for this plugin";
        else
            why = std::string("CUDA does not start: ") + cudaGetErrorString(error);
        return nullptr;
    });
}

void closeSession(PluginSession *session)
{
    delete session;
}

std::uint32_t deviceCount(const PluginSession *session)
{
    return static_cast<std::uint32_t>(session->devices.size());
}

int describe(const PluginSession *session, std::uint32_t index, PluginDevice *out)
{
    if (index >= session->devices.size())
        return 0;
    *out = session->devices[index];
    return 1;
}

Device *createDevice(PluginSession *session, std::uint32_t index, char *reason, std::size_t bytes)
{
    return guarded<Device>(reason, bytes, [&](std::string &why) -> Device * {
        const PluginDevice &device = session->devices.at(index);
        auto created = std::make_unique<CudaDevice>(static_cast<int>(index), DeviceInfo{DeviceKind::kCuda, device.name, device.memoryBytes},
                                                    session->mostBytes);
        if (!created->makeCurrent()) {
            why = "the CUDA driver refused to open the card";
            return nullptr;
        }
        return created.release();
    });
}

void destroyDevice(Device *device)
{
    delete device;
}

/// CUDA has no call checking to switch on; compute-sanitizer checks from outside.
void validation(const PluginSession *, PluginValidation *out)
{
    *out = {};
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
