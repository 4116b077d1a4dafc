#pragma once

#include "kernels/core/device.h"
#include "kernels/plugin/device_plugin.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

/// Finds device plugins beside the program and creates their devices. Nothing here throws; an absent or unusable plugin is not an
/// error but a line in the report. Not thread-safe; the devices are.
namespace conclave::kernels
{

enum class PluginState
{
    kAbsent,  ///< no such file
    kRefused, ///< the file is no plugin, or one of another build
    kIdle,    ///< a plugin, but the machine lacks what it needs
    kReady,   ///< at least one device
};

/// One line of "what was found, and why not".
struct PluginReport
{
    std::string name; ///< "conclave_vulkan"
    PluginState state = PluginState::kAbsent;
    std::string reason; ///< a sentence for the log; empty when ready
    std::vector<PluginDevice> devices;
};

/// A plugin's file name on this system: "conclave_vulkan" becomes conclave_vulkan.so (.dll, .dylib).
std::filesystem::path pluginFileName(const std::string &name);

/// The plugins this program knows, in order of preference.
std::vector<std::string> knownPlugins();

class PluginLoader
{
public:
    /// Looks in `folder`, and only there, for each of `names`.
    explicit PluginLoader(const std::filesystem::path &folder, const PluginOptions &options = {},
                          const std::vector<std::string> &names = knownPlugins());
    ~PluginLoader();
    PluginLoader(const PluginLoader &) = delete;
    PluginLoader &operator=(const PluginLoader &) = delete;

    /// One report for each name asked for, in that order.
    const std::vector<PluginReport> &reports() const { return m_reports; }

    /// Device `index` of reports()[plugin]; nullptr with a sentence in `reason`. The device keeps its plugin loaded, also beyond the
    /// life of this loader.
    std::unique_ptr<Device> createDevice(std::size_t plugin, std::size_t index, std::string &reason) const;

    /// What call checking has seen in reports()[plugin]; all zero for a plugin that is not open.
    PluginValidation validation(std::size_t plugin) const;

private:
    class OpenPlugin;
    class PluginDeviceHandle;

    void load(const std::filesystem::path &file, const PluginOptions &options, PluginReport &report, std::shared_ptr<OpenPlugin> &plugin);

    std::vector<PluginReport> m_reports;
    std::vector<std::shared_ptr<OpenPlugin>> m_plugins; ///< beside m_reports; nullptr where not open
};

} // namespace conclave::kernels
