#include "kernels/plugin/plugin_loader.h"

#include "kernels/plugin/shared_library.h"

#include <cstring>
#include <system_error>
#include <utility>

namespace conclave::kernels
{

namespace
{

constexpr std::size_t kReasonBytes = 512;

/// The plugin's table, or nullptr with the reason why this program cannot use it.
const PluginTable *readTable(const SharedLibrary &library, std::string &reason)
{
    const auto entry = library.function<PluginEntry>(kPluginEntryPoint);
    const PluginTable *table = entry != nullptr ? entry() : nullptr;
    if (table == nullptr)
        reason = "it is a library, but no device plugin";
    else if (table->abiVersion != kPluginAbiVersion)
        reason = "it speaks plugin interface version " + std::to_string(table->abiVersion) + "; this program speaks version " +
                 std::to_string(kPluginAbiVersion);
    else if (table->tableBytes != sizeof(PluginTable) || table->buildId == nullptr || std::strcmp(table->buildId, pluginBuildId()) != 0)
        reason = "it was built for another build of the program";
    else
        return table;
    return nullptr;
}

} // namespace

/// A loaded library with its session; closed in the right order when nobody needs it any more.
class PluginLoader::OpenPlugin
{
public:
    OpenPlugin(std::unique_ptr<SharedLibrary> library, const PluginTable *table, PluginSession *session)
        : m_library(std::move(library)), m_table(table), m_session(session)
    {
    }
    ~OpenPlugin() { m_table->close(m_session); }
    OpenPlugin(const OpenPlugin &) = delete;
    OpenPlugin &operator=(const OpenPlugin &) = delete;

    const PluginTable &table() const { return *m_table; }
    PluginSession *session() const { return m_session; }

private:
    std::unique_ptr<SharedLibrary> m_library; ///< destroyed last: unloads the code
    const PluginTable *m_table;
    PluginSession *m_session;
};

/// Forwards to the plugin's device and holds on to the plugin.
class PluginLoader::PluginDeviceHandle final : public Device
{
public:
    PluginDeviceHandle(std::shared_ptr<OpenPlugin> plugin, Device *device) : m_plugin(std::move(plugin)), m_device(device) {}
    ~PluginDeviceHandle() override { m_plugin->table().destroy(m_device); }

    const DeviceInfo &info() const override { return m_device->info(); }
    std::unique_ptr<Buffer> allocate(std::size_t bytes) override { return m_device->allocate(bytes); }
    std::unique_ptr<Buffer> importReadOnly(std::span<const std::byte> memory) override { return m_device->importReadOnly(memory); }
    std::unique_ptr<Queue> createQueue() override { return m_device->createQueue(); }
    Status upload(const Tensor &to, std::span<const std::byte> from) override { return m_device->upload(to, from); }
    Status download(std::span<std::byte> to, const Tensor &from) override { return m_device->download(to, from); }

private:
    std::shared_ptr<OpenPlugin> m_plugin;
    Device *m_device;
};

std::filesystem::path pluginFileName(const std::string &name)
{
#if defined(_WIN32)
    return name + ".dll";
#elif defined(__APPLE__)
    return name + ".dylib";
#else
    return name + ".so";
#endif
}

std::vector<std::string> knownPlugins()
{
    return {"conclave_cuda", "conclave_vulkan"};
}

PluginLoader::PluginLoader(const std::filesystem::path &folder, const PluginOptions &options, const std::vector<std::string> &names)
{
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(folder, error);
    for (const std::string &name : names) {
        PluginReport report;
        report.name = name;
        std::shared_ptr<OpenPlugin> plugin;
        load((error ? folder : absolute) / pluginFileName(name), options, report, plugin);
        m_reports.push_back(std::move(report));
        m_plugins.push_back(std::move(plugin));
    }
}

PluginLoader::~PluginLoader() = default;

void PluginLoader::load(const std::filesystem::path &file, const PluginOptions &options, PluginReport &report,
                        std::shared_ptr<OpenPlugin> &plugin)
{
    std::error_code error;
    if (!std::filesystem::exists(file, error)) {
        report.reason = "not installed";
        return;
    }
    report.state = PluginState::kRefused;
    std::unique_ptr<SharedLibrary> library = SharedLibrary::open(file, report.reason);
    const PluginTable *table = library != nullptr ? readTable(*library, report.reason) : nullptr;
    if (table == nullptr)
        return;
    report.state = PluginState::kIdle;
    char reason[kReasonBytes] = {};
    PluginSession *session = table->open(&options, reason, sizeof reason);
    report.reason = reason;
    if (session == nullptr)
        return;
    plugin = std::make_shared<OpenPlugin>(std::move(library), table, session);
    PluginDevice device;
    for (std::uint32_t i = 0; i < table->deviceCount(session); ++i)
        if (table->describe(session, i, &device) != 0)
            report.devices.push_back(device);
    if (!report.devices.empty())
        report.state = PluginState::kReady;
}

std::unique_ptr<Device> PluginLoader::createDevice(std::size_t plugin, std::size_t index, std::string &reason) const
{
    if (plugin >= m_plugins.size() || m_plugins[plugin] == nullptr || index >= m_reports[plugin].devices.size()) {
        reason = "no such device";
        return nullptr;
    }
    const OpenPlugin &open = *m_plugins[plugin];
    char text[kReasonBytes] = {};
    Device *device = open.table().create(open.session(), static_cast<std::uint32_t>(index), text, sizeof text);
    reason = text;
    if (device == nullptr)
        return nullptr;
    return std::make_unique<PluginDeviceHandle>(m_plugins[plugin], device);
}

PluginValidation PluginLoader::validation(std::size_t plugin) const
{
    PluginValidation seen;
    if (plugin < m_plugins.size() && m_plugins[plugin] != nullptr)
        m_plugins[plugin]->table().validation(m_plugins[plugin]->session(), &seen);
    return seen;
}

} // namespace conclave::kernels
