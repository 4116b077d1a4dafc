#include "engine/base/reserved_memory.h"

#include <utility>

#ifndef _WIN32
#include <sys/mman.h>
#endif

namespace conclave::engine
{

ReservedMemory::ReservedMemory(ReservedMemory &&other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0))
{
}

ReservedMemory &ReservedMemory::operator=(ReservedMemory &&other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

#ifdef _WIN32

std::optional<ReservedMemory> ReservedMemory::reserve(std::size_t)
{
    return std::nullopt;
}

ReservedMemory::~ReservedMemory() = default;

#else

std::optional<ReservedMemory> ReservedMemory::reserve(std::size_t bytes)
{
#ifdef MAP_NORESERVE
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
#else
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS;
#endif
    void *data = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, kFlags, -1, 0);
    if (data == MAP_FAILED)
        return std::nullopt;
#ifdef MADV_HUGEPAGE
    ::madvise(data, bytes, MADV_HUGEPAGE); // no matter if it is refused
#endif
    return ReservedMemory(static_cast<std::byte *>(data), bytes);
}

ReservedMemory::~ReservedMemory()
{
    if (m_data != nullptr)
        ::munmap(m_data, m_size);
}

#endif

} // namespace conclave::engine
