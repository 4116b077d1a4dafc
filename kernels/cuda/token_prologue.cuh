#pragma once

#include "kernels/cuda/chunks.cuh"
#include "kernels/cuda/device_code.cuh"

/// What a block of a decoding kernel does first: the token, normed or not, in shared memory. Each block does it for itself: that is sooner
/// done than a kernel of its own is started.
namespace conclave::kernels::cuda
{

constexpr unsigned kProloguePartials = 32;

/// 1 / root mean square of a token; all threads of the block call it.
__device__ inline float normFactor(const float4 *x, unsigned quarters, float epsilon, float *partial)
{
    float sum = 0.0F;
    for (unsigned i = threadIdx.x; i < quarters; i += blockDim.x) {
        const float4 v = x[i];
        sum += v.x * v.x + v.y * v.y + v.z * v.z + v.w * v.w;
    }
    sum = warpSum(sum);
    if (threadIdx.x % 32 == 0)
        partial[threadIdx.x / 32] = sum;
    __syncthreads();
    float total = 0.0F;
    for (unsigned i = 0; i < blockDim.x / 32; ++i)
        total += partial[i];
    return 1.0F / sqrtf(total / static_cast<float>(quarters * 4) + epsilon);
}

__device__ inline float4 normed(float4 v, const float4 *weight, unsigned i, float factor)
{
    const float4 w = weight != nullptr ? weight[i] : make_float4(1.0F, 1.0F, 1.0F, 1.0F);
    return make_float4(w.x * v.x * factor, w.y * v.y * factor, w.z * v.z * factor, w.w * v.w * factor);
}

__device__ inline float mostOf(float4 v)
{
    return fmaxf(fmaxf(fabsf(v.x), fabsf(v.y)), fmaxf(fabsf(v.z), fabsf(v.w)));
}

/// To 8 bits, as quantiseTokens does: four values a thread, eight threads a group of 32. Whole warps call it.
__device__ inline void quantiseFour(float4 v, bool used, unsigned i, std::int8_t *q, float2 *runs)
{
    float most = mostOf(v);
    for (int distance = 4; distance > 0; distance /= 2)
        most = fmaxf(most, __shfl_xor_sync(0xFFFFFFFFU, most, distance));
    const float step = most / 127.0F;
    const auto rounded = [step](float x) { return step > 0.0F ? max(-127, min(127, __float2int_rn(x / step))) : 0; };
    const int a = rounded(v.x);
    const int b = rounded(v.y);
    const int c = rounded(v.z);
    const int d = rounded(v.w);
    int sum = a + b + c + d;
    sum += __shfl_xor_sync(0xFFFFFFFFU, sum, 1);
    sum += __shfl_xor_sync(0xFFFFFFFFU, sum, 2);
    if (!used)
        return;
    reinterpret_cast<unsigned *>(q)[i] = (a & 255) | (b & 255) << 8 | (c & 255) << 16 | static_cast<unsigned>(d) << 24;
    if (i % 4 == 0)
        runs[i / 4] = make_float2(step, step * static_cast<float>(sum));
}

/// Bytes of shared memory that a token in 8 bits takes: values, then runs.
__host__ __device__ inline unsigned quantisedBytes(unsigned width)
{
    return width + width / 16 * 8;
}

/// `width` (a multiple of 32) values to 8 bits in `shared`; all threads of the block call it. With `norm` first normed; the first block
/// writes that to `written`.
__device__ inline TokenView tokenToShared(DeviceAddress in, unsigned width, bool norm, DeviceAddress weight, float epsilon,
                                          DeviceAddress written, std::int8_t *shared, float *partial)
{
    const auto *x = reinterpret_cast<const float4 *>(in);
    const unsigned quarters = width / 4;
    auto *runs = reinterpret_cast<float2 *>(shared + width);
    const float factor = norm ? normFactor(x, quarters, epsilon, partial) : 1.0F;
    for (unsigned first = threadIdx.x / 32 * 32; first < quarters; first += blockDim.x) { // warps stay whole
        const unsigned i = first + threadIdx.x % 32;
        float4 v = i < quarters ? x[i] : make_float4(0.0F, 0.0F, 0.0F, 0.0F);
        if (norm && i < quarters) {
            v = normed(v, reinterpret_cast<const float4 *>(weight), i, factor);
            if (blockIdx.x == 0 && blockIdx.y == 0)
                reinterpret_cast<float4 *>(written)[i] = v;
        }
        quantiseFour(v, i < quarters, i, shared, runs);
    }
    __syncthreads();
    return {shared, runs, nullptr};
}

} // namespace conclave::kernels::cuda
