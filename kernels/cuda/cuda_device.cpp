#include "kernels/cuda/cuda_device.h"

#include "kernels/core/validate.h"
#include "kernels/cuda/cuda_status.h"

#include <algorithm>

namespace conclave::kernels
{

namespace
{

Status checkTransfer(const Tensor &tensor, std::size_t bytes, const CudaBuffer *buffer)
{
    if (buffer == nullptr)
        return Status::invalid("transfer: the tensor lies in another device's memory");
    if (!fitsBuffer(tensor) || !tensor.isPacked() || tensor.packedBytes() != bytes)
        return Status::invalid("transfer: the tensor must be packed, inside its buffer and as long as the span");
    return Status::success();
}

} // namespace

CudaDevice::CudaDevice(int ordinal, DeviceInfo info, std::uint64_t mostBytes)
    : m_ordinal(ordinal), m_info(std::move(info)), m_mostBytes(mostBytes)
{
    int count = 0;
    if (cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, ordinal) == cudaSuccess && count > 0)
        m_multiprocessors = static_cast<std::uint32_t>(count);
}

CudaBuffer::~CudaBuffer()
{
    if (m_device.makeCurrent())
        (void)cudaFree(m_memory); // nothing is left to do about a failure
    m_device.release(m_bytes);
}

std::unique_ptr<CudaBuffer> CudaDevice::allocateBuffer(std::size_t bytes, bool readOnly) const
{
    // The runtime's own error for sizes beyond the card is out of memory too, but some drivers first try to page.
    if (bytes > m_info.memoryBytes || (m_mostBytes > 0 && m_bytes + bytes > m_mostBytes) || !makeCurrent())
        return nullptr;
    void *memory = nullptr;
    const std::size_t rounded = (std::max<std::size_t>(bytes, 1) + 63) / 64 * 64;
    if (cudaMalloc(&memory, rounded) != cudaSuccess) {
        (void)cudaGetLastError(); // forget it: later calls must not report it as theirs
        return nullptr;
    }
    m_bytes += bytes;
    auto buffer = std::make_unique<CudaBuffer>(*this, memory, bytes, readOnly);
    if (cudaMemset(memory, 0, rounded) != cudaSuccess || cudaDeviceSynchronize() != cudaSuccess)
        return nullptr;
    return buffer;
}

std::unique_ptr<Buffer> CudaDevice::allocate(std::size_t bytes)
{
    return allocateBuffer(bytes, false);
}

std::unique_ptr<Buffer> CudaDevice::importReadOnly(std::span<const std::byte> memory)
{
    if (memory.empty() || reinterpret_cast<std::uintptr_t>(memory.data()) % 4 != 0)
        return nullptr;
    auto buffer = allocateBuffer(memory.size(), true);
    if (buffer == nullptr || cudaMemcpy(buffer->memory(), memory.data(), memory.size(), cudaMemcpyHostToDevice) != cudaSuccess)
        return nullptr;
    return buffer;
}

std::unique_ptr<Queue> CudaDevice::createQueue()
{
    return CudaQueue::create(*this);
}

Status CudaDevice::upload(const Tensor &to, std::span<const std::byte> from)
{
    const CudaBuffer *buffer = own(to.buffer);
    if (const Status status = checkTransfer(to, from.size(), buffer); !status.ok())
        return status;
    if (buffer->readOnly())
        return Status::invalid("upload: the memory is read-only");
    if (!makeCurrent())
        return kCudaLost;
    const cudaError_t copied = cudaMemcpy(buffer->memory() + to.offset, from.data(), from.size(), cudaMemcpyHostToDevice);
    // A copy from ordinary memory may return before it lands; queues' streams do not wait for it by themselves.
    return cudaStatus(copied == cudaSuccess ? cudaStreamSynchronize(nullptr) : copied);
}

Status CudaDevice::download(std::span<std::byte> to, const Tensor &from)
{
    const CudaBuffer *buffer = own(from.buffer);
    if (const Status status = checkTransfer(from, to.size(), buffer); !status.ok())
        return status;
    if (!makeCurrent())
        return kCudaLost;
    return cudaStatus(cudaMemcpy(to.data(), buffer->memory() + from.offset, to.size(), cudaMemcpyDeviceToHost));
}

const CudaBuffer *CudaDevice::own(const Buffer *buffer) const
{
    const auto *mine = dynamic_cast<const CudaBuffer *>(buffer);
    return mine != nullptr && &mine->device() == this ? mine : nullptr;
}

} // namespace conclave::kernels
