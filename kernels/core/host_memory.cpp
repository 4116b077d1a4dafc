#include "kernels/core/host_memory.h"

#include "kernels/core/validate.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace conclave::kernels
{

namespace
{

constexpr std::size_t kAlignment = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kLarge = 2 * kHugePage;

struct Free
{
    void operator()(void *memory) const { std::free(memory); }
};
using Memory = std::unique_ptr<void, Free>;

class OwnedBuffer final : public Buffer
{
public:
    OwnedBuffer(Memory memory, std::byte *data, std::size_t size) : m_memory(std::move(memory)), m_data(data), m_size(size) {}
    std::size_t sizeBytes() const override { return m_size; }
    std::byte *hostData() override { return m_data; }

private:
    Memory m_memory; ///< as it was allocated
    std::byte *m_data;
    std::size_t m_size;
};

class BorrowedBuffer final : public Buffer
{
public:
    explicit BorrowedBuffer(std::span<const std::byte> memory) : m_memory(memory) {}
    std::size_t sizeBytes() const override { return m_memory.size(); }
    /// Buffer has one accessor for both kinds; readOnly() keeps ops from writing through it.
    std::byte *hostData() override { return const_cast<std::byte *>(m_memory.data()); }
    bool readOnly() const override { return true; }

private:
    std::span<const std::byte> m_memory;
};

/// Asks for large pages where whole ones fit: a context is read from end to end for each token, and a page of the usual size holds a few
/// rows of it (attention at depth 8,192: a twentieth faster). Nothing is taken before it is used.
void preferLargePages([[maybe_unused]] std::byte *data, [[maybe_unused]] std::size_t bytes)
{
#if defined(__linux__) && defined(MADV_HUGEPAGE)
    if (bytes < kLarge)
        return;
    const auto first = (reinterpret_cast<std::uintptr_t>(data) + kHugePage - 1) / kHugePage * kHugePage;
    const auto end = (reinterpret_cast<std::uintptr_t>(data) + bytes) / kHugePage * kHugePage;
    ::madvise(reinterpret_cast<void *>(first), end - first, MADV_HUGEPAGE); // no matter if it is refused
#endif
}

} // namespace

std::unique_ptr<Buffer> allocateHostBuffer(std::size_t bytes)
{
    const std::size_t room = bytes + kAlignment; // an address of its own even when empty
    if (room < bytes)
        return nullptr;
    // Fresh pages of the system are zeros, and calloc knows which are fresh: those are taken when they are first used, if ever.
    Memory memory(std::calloc(room, 1));
    if (memory == nullptr)
        return nullptr;
    const auto address = reinterpret_cast<std::uintptr_t>(memory.get());
    auto *data = static_cast<std::byte *>(memory.get()) + (kAlignment - address % kAlignment) % kAlignment;
    preferLargePages(data, bytes);
    return std::unique_ptr<Buffer>(new (std::nothrow) OwnedBuffer(std::move(memory), data, bytes));
}

std::unique_ptr<Buffer> borrowHostBuffer(std::span<const std::byte> memory)
{
    if (memory.empty() || reinterpret_cast<std::uintptr_t>(memory.data()) % 4 != 0)
        return nullptr;
    return std::unique_ptr<Buffer>(new (std::nothrow) BorrowedBuffer(memory));
}

Status uploadToHost(const Tensor &to, std::span<const std::byte> from)
{
    if (!fitsBuffer(to) || !to.isPacked() || to.packedBytes() != from.size())
        return Status::invalid("upload: needs a packed tensor of the size of the data");
    if (to.buffer->readOnly())
        return Status::invalid("upload: the memory is read-only");
    if (!from.empty())
        std::memcpy(hostAddress(to), from.data(), from.size());
    return Status::success();
}

Status downloadFromHost(std::span<std::byte> to, const Tensor &from)
{
    if (!fitsBuffer(from) || !from.isPacked() || from.packedBytes() != to.size())
        return Status::invalid("download: needs a packed tensor of the size of the data");
    if (!to.empty())
        std::memcpy(to.data(), hostAddress(from), to.size());
    return Status::success();
}

} // namespace conclave::kernels
