#include "kernels/core/host_memory.h"

#include "kernels/core/validate.h"

#include <cstdint>
#include <cstring>
#include <new>

namespace conclave::kernels
{

namespace
{

constexpr std::align_val_t kAlignment{64};

class OwnedBuffer final : public Buffer
{
public:
    OwnedBuffer(std::byte *data, std::size_t size) : m_data(data), m_size(size) {}
    ~OwnedBuffer() override { ::operator delete(m_data, kAlignment); }
    OwnedBuffer(const OwnedBuffer &) = delete;
    OwnedBuffer &operator=(const OwnedBuffer &) = delete;
    std::size_t sizeBytes() const override { return m_size; }
    std::byte *hostData() override { return m_data; }

private:
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

} // namespace

std::unique_ptr<Buffer> allocateHostBuffer(std::size_t bytes)
{
    const std::size_t size = bytes == 0 ? 1 : bytes; // an address of its own even when empty
    auto *data = static_cast<std::byte *>(::operator new(size, kAlignment, std::nothrow));
    if (data == nullptr)
        return nullptr;
    std::memset(data, 0, size);
    auto *buffer = new (std::nothrow) OwnedBuffer(data, bytes);
    if (buffer == nullptr)
        ::operator delete(data, kAlignment);
    return std::unique_ptr<Buffer>(buffer);
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
