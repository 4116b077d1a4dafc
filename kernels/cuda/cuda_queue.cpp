#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/cuda_status.h"

#include <cstring>

namespace conclave::kernels
{

namespace
{

/// The call as the struct it is.
template <class Call>
Call callOf(const Launch &launch)
{
    Call call;
    std::memcpy(&call, launch.call.data(), sizeof call);
    return call;
}

cudaError_t start(const Launch &launch, cudaStream_t stream)
{
    switch (launch.kernel) {
    case KernelId::kEmbedRows:
        return launchEmbedRows(callOf<EmbedCall>(launch), launch.type, launch.groups, stream);
    case KernelId::kMatmul:
        return launchMatmul(callOf<MatmulCall>(launch), launch.type, launch.tiles, stream);
    case KernelId::kRmsNorm:
        return launchRmsNorm(callOf<RmsNormCall>(launch), stream);
    case KernelId::kRope:
        return launchRope(callOf<RopeCall>(launch), launch.groups, stream);
    case KernelId::kAdd:
        return launchAdd(callOf<AddCall>(launch), launch.groups, stream);
    case KernelId::kGatedActivation:
        return launchGatedActivation(callOf<GatedActivationCall>(launch), launch.groups, stream);
    case KernelId::kHeadGate:
        return launchHeadGate(callOf<HeadGateCall>(launch), launch.groups, stream);
    case KernelId::kCount:
        break;
    }
    return cudaErrorNotSupported;
}

} // namespace

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
    if (m_stream != nullptr)
        (void)cudaStreamDestroy(m_stream);
}

DeviceAddress CudaQueue::addressOf(const Buffer &buffer) const
{
    const CudaBuffer *own = m_device.own(&buffer);
    return own != nullptr ? reinterpret_cast<DeviceAddress>(own->memory()) : 0;
}

Status CudaQueue::stage(std::span<const std::byte> values, DeviceAddress &address)
{
    void *memory = nullptr;
    if (!m_device.makeCurrent())
        return kCudaLost;
    if (const cudaError_t error = cudaMallocAsync(&memory, values.size(), m_stream); error != cudaSuccess) {
        (void)cudaGetLastError();
        return cudaStatus(error);
    }
    m_staged.push_back(memory);
    address = reinterpret_cast<DeviceAddress>(memory);
    // From ordinary memory: the runtime has read `values` when this returns.
    return cudaStatus(cudaMemcpyAsync(memory, values.data(), values.size(), cudaMemcpyHostToDevice, m_stream));
}

Status CudaQueue::launch(const Launch &launch)
{
    if (!m_device.makeCurrent())
        return kCudaLost;
    return cudaStatus(start(launch, m_stream));
}

Status CudaQueue::finish()
{
    if (m_stream == nullptr || !m_device.makeCurrent())
        return kCudaLost;
    for (void *memory : m_staged)
        (void)cudaFreeAsync(memory, m_stream);
    m_staged.clear();
    return cudaStatus(cudaStreamSynchronize(m_stream));
}

} // namespace conclave::kernels
