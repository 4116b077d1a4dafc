#pragma once

#include "kernels/core/device.h"

#include <cstddef>
#include <cstdint>

/// The contract between the program and a device plugin: a shared object beside the program that exports one C function.
/// The table below is plain C, so that a plugin of any age can be asked who it is and refused politely. Devices, buffers and queues
/// then cross the border as C++ objects, which is sound only between equal interfaces: hence the build id. They are destroyed in the
/// plugin (by its own virtual destructors). No exception crosses.
namespace conclave::kernels
{

/// Raised when the table changes. Its first three members never change.
inline constexpr std::uint32_t kPluginAbiVersion = 3;
inline constexpr char kPluginEntryPoint[] = "conclave_device_plugin";

/// What a plugin says about a device before it is created.
struct PluginDevice
{
    std::uint32_t kind = 0;       ///< a DeviceKind
    std::uint32_t software = 0;   ///< 1: computed by the host's cores; of use to tests only
    std::uint32_t integrated = 0; ///< 1: a card in the processor, with the processor's memory
    std::uint64_t memoryBytes = 0;
    std::uint64_t freeBytes = 0; ///< of them, when the plugin was opened; 0: the driver does not say
    char name[256] = {};
};

struct PluginOptions
{
    std::uint32_t validate = 0;  ///< 1: check every call to the driver, where the driver's layers are installed; slow
    std::uint64_t mostBytes = 0; ///< of its memory a device allocates no more for buffers; 0: no limit
    /// UTF-8: a folder in which compiled kernels may be kept for the next start; nullptr: nowhere. Copied by `open`.
    const char *cacheFolder = nullptr;
};

/// What the checking of driver calls saw (PluginOptions::validate).
struct PluginValidation
{
    std::uint32_t active = 0;   ///< 1: the layers are installed and were switched on
    std::uint32_t messages = 0; ///< warnings and errors so far
    char last[512] = {};
};

/// Opaque: a plugin's connection to its driver. Outlives the devices created from it. Its functions are thread-safe.
struct PluginSession;

/// Text goes into a caller's array of `bytes` and always ends with 0.
struct PluginTable
{
    std::uint32_t abiVersion; ///< kPluginAbiVersion
    std::uint32_t tableBytes; ///< sizeof(PluginTable)
    const char *buildId;      ///< pluginBuildId() of the plugin
    /// nullptr, with a sentence in `reason`, when the machine lacks what the plugin needs.
    PluginSession *(*open)(const PluginOptions *options, char *reason, std::size_t bytes);
    void (*close)(PluginSession *session);
    std::uint32_t (*deviceCount)(const PluginSession *session);
    /// 0 for an index out of range.
    int (*describe)(const PluginSession *session, std::uint32_t index, PluginDevice *out);
    Device *(*create)(PluginSession *session, std::uint32_t index, char *reason, std::size_t bytes);
    void (*destroy)(Device *device);
    void (*validation)(const PluginSession *session, PluginValidation *out);
};

using PluginEntry = const PluginTable *(*)();

/// Names compiler, its version and the contents of kernels/core's headers: equal ids mean equal C++ interfaces.
inline const char *pluginBuildId()
{
    return CONCLAVE_PLUGIN_BUILD_ID;
}

#ifdef _WIN32
#define CONCLAVE_PLUGIN_EXPORT extern "C" __declspec(dllexport)
#else
#define CONCLAVE_PLUGIN_EXPORT extern "C" __attribute__((visibility("default")))
#endif

} // namespace conclave::kernels
