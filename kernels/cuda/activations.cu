// The ops on activations alone: rmsNorm, rope, add, gatedActivation, copy, scale, headGate.
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/device_code.cuh"

namespace conclave::kernels
{

namespace
{

using namespace cuda;

/// One block a row.
__global__ void rmsNorm(RmsNormCall call)
{
    __shared__ float partial[kGroupThreads / 32];
    const float *from = floats(call.in, blockIdx.x, call.inStride);
    float *to = writableFloats(call.out, blockIdx.x, call.outStride);
    const float *weight = reinterpret_cast<const float *>(call.weight);
    float sum = 0.0F;
    for (std::uint32_t i = threadIdx.x; i < call.width; i += kGroupThreads)
        sum += from[i] * from[i];
    sum = warpSum(sum);
    if (threadIdx.x % 32 == 0)
        partial[threadIdx.x / 32] = sum;
    __syncthreads();
    float total = 0.0F;
    for (std::uint32_t i = 0; i < kGroupThreads / 32; ++i)
        total += partial[i];
    const float scale = 1.0F / sqrtf(total / static_cast<float>(call.width) + call.epsilon);
    for (std::uint32_t i = threadIdx.x; i < call.width; i += kGroupThreads)
        to[i] = (call.weight != 0 ? weight[i] : 1.0F) * from[i] * scale;
}

/// A thread a pair.
__global__ void rope(RopeCall call)
{
    const std::uint32_t pair = threadIndex() % call.pairs;
    const std::uint32_t head = threadIndex() / call.pairs % call.heads;
    const std::uint32_t token = threadIndex() / call.pairs / call.heads;
    if (token >= call.tokens)
        return;
    float *base = writableFloats(call.inout + token * call.tokenStride, head, call.headStride);
    float *first = base + (call.interleaved != 0 ? pair * 2 : pair);
    float *second = first + (call.interleaved != 0 ? 1 : call.pairs);
    const float *rotation = reinterpret_cast<const float *>(call.rotations) + (std::size_t{token} * call.pairs + pair) * 2;
    const float x = *first;
    const float y = *second;
    *first = x * rotation[0] - y * rotation[1];
    *second = x * rotation[1] + y * rotation[0];
}

__global__ void add(AddCall call)
{
    const std::uint32_t row = threadIndex() / call.width;
    const std::uint32_t column = threadIndex() % call.width;
    if (row < call.rows)
        writableFloats(call.out, row, call.outStride)[column] += floats(call.in, row % call.inRows, call.inStride)[column];
}

__global__ void gatedActivation(GatedActivationCall call)
{
    const std::uint32_t row = threadIndex() / call.width;
    const std::uint32_t column = threadIndex() % call.width;
    if (row >= call.rows)
        return;
    const float gate = floats(call.gate, row, call.gateStride)[column];
    const float up = floats(call.up, row, call.upStride)[column];
    writableFloats(call.out, row, call.outStride)[column] = gatedValue(call.activation, call.limit, gate, up);
}

__global__ void copyScaled(CopyCall call)
{
    const std::uint32_t row = threadIndex() / call.width;
    const std::uint32_t column = threadIndex() % call.width;
    if (row < call.rows)
        writableFloats(call.out, row, call.outStride)[column] = call.factor * floats(call.in, row, call.inStride)[column];
}

__global__ void headGate(HeadGateCall call)
{
    const std::uint32_t column = threadIndex() % call.width;
    const std::uint32_t head = threadIndex() / call.width % call.heads;
    const std::uint32_t token = threadIndex() / call.width / call.heads;
    if (token < call.tokens)
        writableFloats(call.inout + token * call.tokenStride, head, call.headStride)[column] *=
            sigmoid(floats(call.gate, token, call.gateStride)[head]);
}

__global__ void waste(long long cycles)
{
    const long long begin = clock64();
    while (clock64() - begin < cycles) {
    }
}

} // namespace

cudaError_t launchWaste(std::uint32_t microseconds, KernelList &kernels)
{
    kernels.add(waste, 1, 1, microseconds * 1500LL); // of about 1.5 GHz
    return cudaSuccess;
}

cudaError_t launchRmsNorm(const RmsNormCall &call, KernelList &kernels)
{
    kernels.add(rmsNorm, call.rows, kGroupThreads, call);
    return cudaSuccess;
}

cudaError_t launchRope(const RopeCall &call, std::uint32_t groups, KernelList &kernels)
{
    kernels.add(rope, groups, kGroupThreads, call);
    return cudaSuccess;
}

cudaError_t launchAdd(const AddCall &call, std::uint32_t groups, KernelList &kernels)
{
    kernels.add(add, groups, kGroupThreads, call);
    return cudaSuccess;
}

cudaError_t launchGatedActivation(const GatedActivationCall &call, std::uint32_t groups, KernelList &kernels)
{
    kernels.add(gatedActivation, groups, kGroupThreads, call);
    return cudaSuccess;
}

cudaError_t launchCopy(const CopyCall &call, std::uint32_t groups, KernelList &kernels)
{
    kernels.add(copyScaled, groups, kGroupThreads, call);
    return cudaSuccess;
}

cudaError_t launchHeadGate(const HeadGateCall &call, std::uint32_t groups, KernelList &kernels)
{
    kernels.add(headGate, groups, kGroupThreads, call);
    return cudaSuccess;
}

} // namespace conclave::kernels
