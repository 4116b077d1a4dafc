#include "engine/base/available_memory.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#ifdef _WIN32
#include <windows.h>
#endif

namespace conclave::engine
{
namespace
{

/// The number behind `name` at the start of a line: "MemAvailable:  123 kB", "total_inactive_file 4096".
std::optional<std::uint64_t> numberNamed(const std::filesystem::path &file, std::string_view name)
{
    std::ifstream in(file);
    std::string word;
    while (in >> word) {
        std::uint64_t value = 0;
        if (word == name && in >> value)
            return value;
        in.clear();
        in.ignore(4096, '\n');
    }
    return std::nullopt;
}

/// Of a file that holds one number; "max" is none.
std::optional<std::uint64_t> soleNumberIn(const std::filesystem::path &file)
{
    std::ifstream in(file);
    std::uint64_t value = 0;
    return in >> value ? std::optional(value) : std::nullopt;
}

/// Names of one version's files.
struct GroupFiles
{
    const char *limit;
    const char *used;
    const char *inactive; ///< in memory.stat: pages of files, which can be dropped
    const char *active;
};

constexpr GroupFiles kFirst{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", "total_active_file"};
constexpr GroupFiles kSecond{"memory.max", "memory.current", "inactive_file", "active_file"};

/// What the group in `folder` allows, at most `most`.
std::uint64_t allowedBy(const std::filesystem::path &folder, const GroupFiles &names, std::uint64_t most)
{
    return std::min(most, soleNumberIn(folder / names.limit).value_or(most));
}

/// What of it is left.
std::uint64_t leftBy(const std::filesystem::path &folder, const GroupFiles &names, std::uint64_t most)
{
    const auto limit = soleNumberIn(folder / names.limit);
    const auto used = soleNumberIn(folder / names.used);
    if (!limit || !used)
        return most;
    const auto statistics = folder / "memory.stat";
    const std::uint64_t droppable = numberNamed(statistics, names.inactive).value_or(0) + numberNamed(statistics, names.active).value_or(0);
    const std::uint64_t kept = *used - std::min(*used, droppable);
    return std::min(most, *limit - std::min(*limit, kept));
}

using Bound = std::uint64_t (*)(const std::filesystem::path &folder, const GroupFiles &names, std::uint64_t most);

/// By `group` as /proc/self/cgroup names it, and all above it. Inside a container the name may be that of the world outside; then the
/// folder itself is the group.
std::uint64_t boundByAll(Bound bound, const std::filesystem::path &root, const std::string &group, const GroupFiles &names,
                         std::uint64_t most)
{
    most = bound(root, names, most);
    std::filesystem::path folder = root;
    for (const std::filesystem::path &part : std::filesystem::path(group).relative_path()) {
        folder /= part;
        most = bound(folder, names, most);
    }
    return most;
}

/// By the groups of this process.
std::uint64_t boundByGroups(Bound bound, const std::filesystem::path &proc, const std::filesystem::path &groups, std::uint64_t most)
{
    std::ifstream in(proc / "self" / "cgroup");
    for (std::string line; std::getline(in, line);) { // "5:memory:/group" or "0::/group"
        const std::size_t first = line.find(':');
        const std::size_t second = first == std::string::npos ? first : line.find(':', first + 1);
        if (second == std::string::npos)
            continue;
        const std::string_view controllers = std::string_view(line).substr(first + 1, second - first - 1);
        const std::string group = line.substr(second + 1);
        if (controllers.empty())
            most = boundByAll(bound, groups, group, kSecond, most);
        else if (("," + std::string(controllers) + ",").find(",memory,") != std::string::npos)
            most = boundByAll(bound, groups / "memory", group, kFirst, most);
    }
    return most;
}

} // namespace

std::uint64_t availableMemoryBytes(const std::filesystem::path &proc, const std::filesystem::path &groups)
{
    constexpr std::uint64_t kKilobyte = 1024;
    const auto free = numberNamed(proc / "meminfo", "MemAvailable:");
    if (!free)
        return 0;
    return boundByGroups(leftBy, proc, groups, *free * kKilobyte);
}

std::uint64_t memoryLimitBytes(std::uint64_t memoryBytes, const std::filesystem::path &proc, const std::filesystem::path &groups)
{
    return boundByGroups(allowedBy, proc, groups, memoryBytes);
}

std::uint64_t availableMemoryBytes()
{
#ifdef _WIN32
    MEMORYSTATUSEX status{};
    status.dwLength = sizeof status;
    return GlobalMemoryStatusEx(&status) ? status.ullAvailPhys : 0;
#else
    return availableMemoryBytes("/proc", "/sys/fs/cgroup");
#endif
}

} // namespace conclave::engine
