#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

/// Memory that a queue keeps between ops. It only ever grows, so a decode loop stops allocating after its first step.
namespace conclave::kernels
{

/// The next multiple of `step`: rows of scratch are padded to whole steps of the inner loops.
constexpr std::int64_t roundUp(std::int64_t value, std::int64_t step)
{
    return (value + step - 1) / step * step;
}

class Scratch
{
public:
    /// Room for `count` values at an address aligned to 64 bytes, or nullptr when there is none. Contents are unspecified, and an
    /// earlier pointer from the same Scratch is no longer valid.
    template <class T>
    T *get(std::size_t count)
    {
        const std::size_t bytes = count * sizeof(T);
        if (bytes > m_size || !m_data) {
            const std::size_t wanted = bytes + bytes / 4 + 64; // a little ahead: shapes of a prompt vary
            m_data.reset();
            m_data.reset(static_cast<std::byte *>(::operator new(wanted, kAlignment, std::nothrow)));
            m_size = m_data ? wanted : 0;
        }
        return reinterpret_cast<T *>(m_data.get());
    }

private:
    static constexpr std::align_val_t kAlignment{64};
    struct Free
    {
        void operator()(std::byte *data) const { ::operator delete(data, kAlignment); }
    };
    std::unique_ptr<std::byte, Free> m_data;
    std::size_t m_size = 0;
};

} // namespace conclave::kernels
