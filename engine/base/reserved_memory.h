#pragma once

#include <cstddef>
#include <optional>

namespace conclave::engine
{

/// Address space that takes memory only where it was written to: zeros elsewhere. Aligned to pages, in huge ones where the system likes.
/// Move-only.
class ReservedMemory
{
public:
    /// Nothing when the system refuses, or has no such thing.
    static std::optional<ReservedMemory> reserve(std::size_t bytes);

    ReservedMemory(ReservedMemory &&other) noexcept;
    ReservedMemory &operator=(ReservedMemory &&other) noexcept;
    ~ReservedMemory();

    std::byte *data() const { return m_data; }
    std::size_t size() const { return m_size; }

private:
    ReservedMemory(std::byte *data, std::size_t size) : m_data(data), m_size(size) {}

    std::byte *m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace conclave::engine
