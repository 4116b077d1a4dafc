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

} // namespace conclave::engine
