#pragma once

#include "kernels/core/device.h"
#include "kernels/plugin/addressed_queue.h"

#include <cuda_runtime_api.h>

#include <vector>

/// The CUDA device: memory on the card; queues are streams. Which ops exist: kernels/plugin/addressed_queue.h. Buffers have no host
/// address; importReadOnly copies. Nothing here was yet measured or tuned.
namespace conclave::kernels
{

class CudaDevice;

class CudaBuffer final : public Buffer
{
public:
    CudaBuffer(const CudaDevice &device, void *memory, std::size_t bytes, bool readOnly)
        : m_device(device), m_memory(memory), m_bytes(bytes), m_readOnly(readOnly)
    {
    }
    ~CudaBuffer() override;
    CudaBuffer(const CudaBuffer &) = delete;
    CudaBuffer &operator=(const CudaBuffer &) = delete;

    std::size_t sizeBytes() const override { return m_bytes; }
    std::byte *hostData() override { return nullptr; }
    bool readOnly() const override { return m_readOnly; }
    const CudaDevice &device() const { return m_device; }
    std::byte *memory() const { return static_cast<std::byte *>(m_memory); }

private:
    const CudaDevice &m_device;
    void *m_memory;
    std::size_t m_bytes;
    bool m_readOnly;
};

class CudaDevice final : public Device
{
public:
    CudaDevice(int ordinal, DeviceInfo info) : m_ordinal(ordinal), m_info(std::move(info)) {}

    const DeviceInfo &info() const override { return m_info; }
    std::unique_ptr<Buffer> allocate(std::size_t bytes) override;
    std::unique_ptr<Buffer> importReadOnly(std::span<const std::byte> memory) override;
    std::unique_ptr<Queue> createQueue() override;
    Status upload(const Tensor &to, std::span<const std::byte> from) override;
    Status download(std::span<std::byte> to, const Tensor &from) override;

    /// Makes this card the calling thread's; every function of ours that calls the runtime begins so.
    bool makeCurrent() const { return cudaSetDevice(m_ordinal) == cudaSuccess; }
    /// `buffer` as ours, or nullptr when it belongs to another device.
    const CudaBuffer *own(const Buffer *buffer) const;

private:
    std::unique_ptr<CudaBuffer> allocateBuffer(std::size_t bytes, bool readOnly) const;

    int m_ordinal;
    DeviceInfo m_info;
};

/// Ops go onto a stream of their own; finish() waits for it.
class CudaQueue final : public AddressedQueue
{
public:
    /// nullptr when the driver refuses.
    static std::unique_ptr<CudaQueue> create(const CudaDevice &device);
    ~CudaQueue() override;
    CudaQueue(const CudaQueue &) = delete;
    CudaQueue &operator=(const CudaQueue &) = delete;

    Status finish() override;

protected:
    DeviceAddress addressOf(const Buffer &buffer) const override;
    Status stage(std::span<const std::byte> values, DeviceAddress &address) override;
    Status launch(const Launch &launch) override;

private:
    explicit CudaQueue(const CudaDevice &device) : m_device(device) {}

    const CudaDevice &m_device;
    cudaStream_t m_stream = nullptr;
    std::vector<void *> m_staged; ///< device memory for host values, freed on the stream's own order by finish()
};

} // namespace conclave::kernels
