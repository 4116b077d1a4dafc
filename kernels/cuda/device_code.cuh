#pragma once

#include "kernels/plugin/op_calls.h"

#include <cstdint>

/// Small things that every kernel uses.
namespace conclave::kernels::cuda
{

__device__ inline const float *floats(DeviceAddress base, std::uint64_t row, std::uint64_t stride)
{
    return reinterpret_cast<const float *>(base + row * stride);
}

__device__ inline float *writableFloats(DeviceAddress base, std::uint64_t row, std::uint64_t stride)
{
    return reinterpret_cast<float *>(base + row * stride);
}

__device__ inline float sigmoid(float x)
{
    return 1.0F / (1.0F + expf(-x));
}

/// `activation` is an Activation of kernels/core/queue.h.
__device__ inline float activate(std::uint32_t activation, float x)
{
    switch (activation) {
    case 1:
        return x * sigmoid(x);
    case 2: // (1 + tanh(u)) / 2 = sigmoid(2u)
        return x * sigmoid(1.5957691216057308F * (x + 0.044715F * x * x * x));
    case 3:
        return sigmoid(x);
    default:
        return x;
    }
}

/// One value of GatedActivationArgs; 4 is gpt-oss's gate, limit 0 none.
__device__ inline float gatedValue(std::uint32_t activation, float limit, float gate, float up)
{
    if (limit > 0.0F) {
        gate = fminf(gate, limit);
        up = fminf(fmaxf(up, -limit), limit);
    }
    return activation == 4 ? gate * sigmoid(1.702F * gate) * (up + 1.0F) : activate(activation, gate) * up;
}

/// Index of this thread over the whole grid.
__device__ inline std::uint32_t threadIndex()
{
    return blockIdx.x * blockDim.x + threadIdx.x;
}

/// Sum over the 32 lanes of a warp, in each of them.
__device__ inline float warpSum(float value)
{
    for (int distance = 16; distance > 0; distance /= 2)
        value += __shfl_xor_sync(0xFFFFFFFFU, value, distance);
    return value;
}

/// Until here nothing may be read that another kernel writes, nor written: what comes before may run beside the kernel before (where the
/// card can, KernelStart::overlaps).
__device__ inline void waitForPrevious()
{
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

/// The next kernel may come up to its waitForPrevious(), once all blocks of this one say so. Said first: then its start costs no time, and
/// its weights travel while this one works.
__device__ inline void letNextStart()
{
#if __CUDA_ARCH__ >= 900
    asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}

/// Weights that will be wanted soon: from memory to the card's cache.
__device__ inline void prefetch(const unsigned char *at)
{
    asm volatile("prefetch.global.L2 [%0];" ::"l"(at));
}

} // namespace conclave::kernels::cuda
