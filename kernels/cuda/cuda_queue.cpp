#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/cuda_status.h"

#include <algorithm>
#include <cstring>

namespace conclave::kernels
{

namespace
{

constexpr std::size_t kStagingBytes = std::size_t{1} << 20;
/// Launches of a list: at first one layer, so that the card has something to do soon, then more: it works while the host goes through the
/// next.
constexpr std::size_t kFirstList = 14, kLongestList = 100;

/// A product onto what was there ends a block of a model: nothing is fused across it.
bool endsPart(const GatheredLaunch &launch)
{
    if (launch.kernel == KernelId::kMatmul)
        return callOf<MatmulCall>(launch).accumulate != 0;
    return launch.kernel == KernelId::kExpertsOut || launch.kernel == KernelId::kAdd;
}

} // namespace

cudaError_t CudaScratch::take(std::size_t bytes, cudaStream_t stream, DeviceAddress &address)
{
    if (bytes > m_bytes) {
        const std::size_t wanted = std::max((bytes + 255) / 256 * 256, m_bytes + m_bytes / 2);
        void *memory = nullptr;
        if (const cudaError_t error = cudaMallocAsync(&memory, wanted, stream); error != cudaSuccess) {
            (void)cudaGetLastError();
            return error;
        }
        if (m_memory != nullptr)
            m_old.push_back(m_memory);
        m_memory = memory;
        m_bytes = wanted;
    }
    address = reinterpret_cast<DeviceAddress>(m_memory);
    return cudaSuccess;
}

void CudaScratch::freeOld(cudaStream_t stream)
{
    for (void *memory : m_old)
        (void)cudaFreeAsync(memory, stream); // nothing is left to do about a failure
    m_old.clear();
}

void CudaScratch::release(cudaStream_t stream)
{
    freeOld(stream);
    if (m_memory != nullptr)
        (void)cudaFreeAsync(m_memory, stream);
    m_memory = nullptr;
    m_bytes = 0;
}

std::unique_ptr<CudaQueue> CudaQueue::create(const CudaDevice &device)
{
    std::unique_ptr<CudaQueue> queue(new CudaQueue(device, CudaMode::ofEnvironment()));
    if (!device.makeCurrent() || cudaStreamCreateWithFlags(&queue->m_stream, cudaStreamNonBlocking) != cudaSuccess)
        return nullptr;
    void *counters = nullptr;
    if (cudaMalloc(&counters, kMostCounters * 4) != cudaSuccess) {
        (void)cudaGetLastError();
        return nullptr;
    }
    queue->m_counters = reinterpret_cast<DeviceAddress>(counters);
    queue->m_listLength = kFirstList;
    if (cudaMemsetAsync(counters, 0, kMostCounters * 4, queue->m_stream) != cudaSuccess)
        return nullptr;
    return queue;
}

CudaQueue::~CudaQueue()
{
    (void)finish();
    if (m_mode.trace)
        m_trace.print();
    for (const Staging &staging : m_staging) {
        (void)cudaFreeHost(staging.host);
        (void)cudaFree(staging.card);
    }
    (void)cudaFree(reinterpret_cast<void *>(m_counters));
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
    void *host = nullptr;
    void *card = nullptr;
    const std::size_t size = std::max(bytes, kStagingBytes);
    if (cudaHostAlloc(&host, size, cudaHostAllocDefault) != cudaSuccess || cudaMalloc(&card, size) != cudaSuccess) {
        (void)cudaFreeHost(host);
        (void)cudaGetLastError();
        return false;
    }
    m_staging.push_back({static_cast<std::byte *>(host), static_cast<std::byte *>(card), size});
    m_filled = 0;
    m_uploaded = 0;
    return true;
}

Status CudaQueue::stage(std::span<const std::byte> values, DeviceAddress &address)
{
    if (!m_device.makeCurrent())
        return kCudaLost;
    if (m_staging.empty() || m_staging.back().bytes - m_filled < values.size()) {
        if (const cudaError_t error = upload(); error != cudaSuccess)
            return cudaStatus(error);
        if (!addStaging(values.size()))
            return {StatusCode::kOutOfMemory, "no memory that the card can read for an op's host values"};
    }
    const Staging &staging = m_staging.back();
    std::memcpy(staging.host + m_filled, values.data(), values.size());
    address = reinterpret_cast<DeviceAddress>(staging.card + m_filled);
    m_filled = std::min(staging.bytes, (m_filled + values.size() + 63) / 64 * 64);
    return Status::success();
}

/// Values staged since the last time go ahead of the kernels that follow.
cudaError_t CudaQueue::upload()
{
    if (m_staging.empty() || m_uploaded == m_filled)
        return cudaSuccess;
    const Staging &staging = m_staging.back();
    const std::size_t from = m_uploaded;
    m_uploaded = m_filled;
    return cudaMemcpyAsync(staging.card + from, staging.host + from, m_filled - from, cudaMemcpyHostToDevice, m_stream);
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
    const bool begins = launch.kernel == KernelId::kEmbedRows; // a step: lists are the same in each
    const bool full = m_gathered.size() >= m_listLength && (endsPart(m_gathered.back()) || m_gathered.size() >= 2 * kLongestList);
    if (!m_gathered.empty() && (begins || full))
        if (const cudaError_t error = flush(); error != cudaSuccess)
            return cudaStatus(error);
    m_listLength = begins ? kFirstList : full ? std::min(m_listLength * 2, kLongestList) : m_listLength;
    m_gathered.emplace_back(launch);
    return Status::success();
}

cudaError_t CudaQueue::flush()
{
    cudaError_t error = upload();
    if (error == cudaSuccess && !m_gathered.empty()) {
        m_kernels.clear();
        error = plan();
        if (error == cudaSuccess)
            error = m_mode.trace ? m_trace.start(m_kernels.all(), m_stream) : m_graphs.start(m_kernels.all(), m_stream);
    }
    m_gathered.clear();
    m_converted = {}; // another list may not know what m_work holds
    m_shared.freeOld(m_stream);
    m_work.freeOld(m_stream);
    return error;
}

Status CudaQueue::submit()
{
    if (m_stream == nullptr || !m_device.makeCurrent())
        return kCudaLost;
    return cudaStatus(flush());
}

Status CudaQueue::finish()
{
    if (m_stream == nullptr || !m_device.makeCurrent())
        return kCudaLost;
    cudaError_t error = flush();
    if (const cudaError_t waited = cudaStreamSynchronize(m_stream); error == cudaSuccess)
        error = waited;
    if (m_mode.trace)
        m_trace.collect();
    while (m_staging.size() > 1) { // one is kept for the next step
        (void)cudaFreeHost(m_staging.back().host);
        (void)cudaFree(m_staging.back().card);
        m_staging.pop_back();
    }
    m_filled = 0;
    m_uploaded = 0;
    m_listLength = kFirstList;
    forgetStaged();
    return cudaStatus(error);
}

} // namespace conclave::kernels
