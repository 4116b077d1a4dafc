#include "engine/base/resident_pages.h"

#ifdef __linux__
#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>
#endif

namespace conclave::engine
{

#ifdef __linux__

std::optional<bool> isResident(const std::byte *address)
{
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const std::uintptr_t start = reinterpret_cast<std::uintptr_t>(address) / page * page;
    unsigned char state = 0;
    if (mincore(reinterpret_cast<void *>(start), static_cast<std::size_t>(page), &state) != 0)
        return std::nullopt;
    return (state & 1U) != 0;
}

#else

std::optional<bool> isResident(const std::byte *)
{
    return std::nullopt;
}

#endif

} // namespace conclave::engine
