#include "engine/base/process_memory.h"

#ifdef _WIN32
#include <windows.h>

#include <psapi.h>
#else
#include <cstdio>

#include <unistd.h>
#endif

namespace conclave::engine
{

#ifdef _WIN32

std::uint64_t residentMemoryBytes()
{
    PROCESS_MEMORY_COUNTERS counters{};
    if (!K32GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters))
        return 0;
    return counters.WorkingSetSize;
}

std::uint64_t peakMemoryBytes()
{
    PROCESS_MEMORY_COUNTERS counters{};
    if (!K32GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters))
        return 0;
    return counters.PeakWorkingSetSize;
}

#else

/// Second field of /proc/self/statm: resident pages (proc(5)).
std::uint64_t residentMemoryBytes()
{
    std::FILE *file = std::fopen("/proc/self/statm", "r");
    if (file == nullptr)
        return 0;
    unsigned long long total = 0;
    unsigned long long resident = 0;
    const int fields = std::fscanf(file, "%llu %llu", &total, &resident);
    std::fclose(file);
    return fields == 2 ? resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

/// The line "VmHWM:  1234 kB" of /proc/self/status (proc(5)).
std::uint64_t peakMemoryBytes()
{
    std::FILE *file = std::fopen("/proc/self/status", "r");
    if (file == nullptr)
        return 0;
    char line[256];
    unsigned long long kilobytes = 0;
    while (std::fgets(line, sizeof line, file) != nullptr && std::sscanf(line, "VmHWM: %llu kB", &kilobytes) != 1) {
    }
    std::fclose(file);
    return kilobytes * 1024;
}

#endif

} // namespace conclave::engine
