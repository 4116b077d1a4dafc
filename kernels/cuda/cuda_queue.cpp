#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/cuda_status.h"

#include <algorithm>
#include <cstring>

namespace conclave::kernels
{

namespace
{

constexpr std::size_t kStagingBytes = std::size_t{1} << 20;

} // namespace

cudaError_t CudaScratch::take(std::size_t bytes, cudaStream_t stream, DeviceAddress &address)
{
    if (bytes > m_bytes) {
        const std::size_t wanted = std::max((bytes + 255) / 256 * 256, m_bytes + m_bytes / 2);
        release(stream);
        if (const cudaError_t error = cudaMallocAsync(&m_memory, wanted, stream); error != cudaSuccess) {
            m_memory = nullptr;
            (void)cudaGetLastError();
            return error;
        }
        m_bytes = wanted;
    }
    address = reinterpret_cast<DeviceAddress>(m_memory);
    return cudaSuccess;
}

void CudaScratch::release(cudaStream_t stream)
{
    if (m_memory != nullptr)
        (void)cudaFreeAsync(m_memory, stream); // nothing is left to do about a failure
    m_memory = nullptr;
    m_bytes = 0;
}

std::unique_ptr<CudaQueue> CudaQueue::create(const CudaDevice &device)
{
    std::unique_ptr<CudaQueue> queue(new CudaQueue(device));
    if (!device.makeCurrent() || cudaStreamCreateWithFlags(&queue->m_stream, cudaStreamNonBlocking) != cudaSuccess)
        return nullptr;
    return queue;
}

CudaQueue::~CudaQueue()
{
    (void)finish();
    for (const Staging &staging : m_staging)
        (void)cudaFreeHost(staging.memory);
    if (m_stream == nullptr)
        return;
    m_shared.release(m_stream);
    m_work.release(m_stream);
    (void)cudaStreamDestroy(m_stream); // after what is queued on it
}

DeviceAddress CudaQueue::addressOf(const Buffer &buffer) const
{
    const CudaBuffer *own = m_device.own(&buffer);
    return own != nullptr ? reinterpret_cast<DeviceAddress>(own->memory()) : 0;
}

bool CudaQueue::addStaging(std::size_t bytes)
{
    void *memory = nullptr;
    const std::size_t size = std::max(bytes, kStagingBytes);
    if (cudaHostAlloc(&memory, size, cudaHostAllocDefault) != cudaSuccess) {
        (void)cudaGetLastError();
        return false;
    }
    m_staging.push_back({static_cast<std::byte *>(memory), size});
    m_filled = 0;
    return true;
}

Status CudaQueue::stage(std::span<const std::byte> values, DeviceAddress &address)
{
    if (!m_device.makeCurrent())
        return kCudaLost;
    if (m_staging.empty() || m_staging.back().bytes - m_filled < values.size())
        if (!addStaging(values.size()))
            return {StatusCode::kOutOfMemory, "no memory that the card can read for an op's host values"};
    const Staging &staging = m_staging.back();
    std::memcpy(staging.memory + m_filled, values.data(), values.size());
    address = reinterpret_cast<DeviceAddress>(staging.memory + m_filled); // one address space: the card's is the host's
    m_filled = std::min(staging.bytes, (m_filled + values.size() + 63) / 64 * 64);
    return Status::success();
}

Status CudaQueue::scratch(std::size_t bytes, DeviceAddress &address)
{
    if (!m_device.makeCurrent())
        return kCudaLost;
    return cudaStatus(m_shared.take(bytes, m_stream, address));
}

Status CudaQueue::launch(const Launch &launch)
{
    if (!m_device.makeCurrent())
        return kCudaLost;
    return cudaStatus(start(launch));
}

Status CudaQueue::finish()
{
    if (m_stream == nullptr || !m_device.makeCurrent())
        return kCudaLost;
    const cudaError_t error = cudaStreamSynchronize(m_stream);
    while (m_staging.size() > 1) { // one is kept for the next step
        (void)cudaFreeHost(m_staging.back().memory);
        m_staging.pop_back();
    }
    m_filled = 0;
    forgetStaged();
    m_converted = {};
    return cudaStatus(error);
}

} // namespace conclave::kernels
