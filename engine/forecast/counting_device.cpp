#include "engine/forecast/counting_device.h"

#include "kernels/core/host_memory.h"

namespace conclave::engine
{
namespace
{

/// Memory that was only promised.
class CountedBuffer final : public kernels::Buffer
{
public:
    explicit CountedBuffer(std::size_t bytes) : m_bytes(bytes) {}
    std::size_t sizeBytes() const override { return m_bytes; }
    std::byte *hostData() override { return nullptr; }

private:
    std::size_t m_bytes;
};

} // namespace

std::unique_ptr<kernels::Buffer> CountingDevice::allocate(std::size_t bytes)
{
    m_allocated += bytes;
    return std::make_unique<CountedBuffer>(bytes);
}

std::unique_ptr<kernels::Buffer> CountingDevice::importReadOnly(std::span<const std::byte> memory)
{
    return kernels::borrowHostBuffer(memory);
}

std::unique_ptr<kernels::Queue> CountingDevice::createQueue()
{
    return countingQueue(m_counts);
}

} // namespace conclave::engine
