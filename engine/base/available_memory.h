#pragma once

#include <cstdint>
#include <filesystem>

namespace conclave::engine
{

/// Memory that this process can still take without anything being swapped out or ended: what the system says is available, or less where
/// control groups confine the process (cgroups 1 and 2, every group above it too). File pages that can be dropped count as free. 0 where
/// the system does not tell.
std::uint64_t availableMemoryBytes();

/// The same with the files of /proc and /sys/fs/cgroup under other folders (tests).
std::uint64_t availableMemoryBytes(const std::filesystem::path &proc, const std::filesystem::path &groups);

/// What control groups allow this process of a machine's `memoryBytes`, whatever is in use.
std::uint64_t memoryLimitBytes(std::uint64_t memoryBytes, const std::filesystem::path &proc = "/proc",
                               const std::filesystem::path &groups = "/sys/fs/cgroup");

} // namespace conclave::engine
