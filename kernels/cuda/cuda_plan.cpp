// Which of the gathered ops become one kernel; the others start as they are.
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/fusion.h"

namespace conclave::kernels
{

cudaError_t CudaQueue::plan()
{
    std::span<const GatheredLaunch> left(m_gathered);
    while (!left.empty()) {
        std::size_t taken = 0;
        if (m_mode.fused)
            if (const cudaError_t error = startFused(left, taken); error != cudaSuccess)
                return error;
        if (taken == 0) {
            if (const cudaError_t error = start(left.front()); error != cudaSuccess)
                return error;
            taken = 1;
        } else {
            m_converted = {};
        }
        left = left.subspan(taken);
    }
    return cudaSuccess;
}

/// `taken` stays 0 where nothing fits.
cudaError_t CudaQueue::startFused(std::span<const GatheredLaunch> launches, std::size_t &taken)
{
    if (FusedRouting routing; (taken = matchRouting(launches, routing)) > 0) {
        routing.counter = m_counters;
        return launchFusedRouting(routing, m_kernels);
    }
    if (FusedProducts products; (taken = matchProducts(launches, products)) > 0)
        return launchFusedProducts(products, m_device.multiprocessors(), m_kernels);
    if (FusedAttention attention; (taken = matchAttention(launches, attention)) > 0) {
        AttentionSplits splits;
        const cudaError_t error = placeSplits(attention.attention, attention.attention.kvHeads, splits);
        return error == cudaSuccess ? launchFusedAttention(attention, splits, m_kernels) : error;
    }
    if (FusedHeads heads; (taken = matchHeads(launches, heads)) > 0)
        return launchFusedHeads(heads, m_kernels);
    if (FusedExperts experts; (taken = matchExperts(launches, experts)) > 0) {
        QuantisedTokens hidden;
        if (const cudaError_t error = placeQuantised(m_work, experts.hidden.most, experts.hidden.rows, hidden, m_stream);
            error != cudaSuccess)
            return error;
        const cudaError_t error = launchFusedHidden(experts.hidden, experts.type, hidden, m_kernels);
        return error == cudaSuccess ? launchFusedOut(experts.out, experts.downType, hidden, m_kernels) : error;
    }
    return cudaSuccess;
}

} // namespace conclave::kernels
