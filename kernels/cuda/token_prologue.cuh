#pragma once

#include "kernels/cuda/chunks.cuh"
#include "kernels/cuda/device_code.cuh"

/// What a block of a decoding kernel does first: the token, normed or not, in shared memory. Each block does it for itself: that is sooner
/// done than a kernel of its own is started.
namespace conclave::kernels::cuda
{

constexpr unsigned kProloguePartials = 32;

/// The norm's weights that a thread will want: asked for together with the token, not after its sum.
struct NormWeights
{
    static constexpr unsigned kKept = 4;

    float4 kept[kKept];
    const float4 *weight; ///< nullptr: all ones

    __device__ void load(DeviceAddress address, unsigned quarters)
    {
        weight = reinterpret_cast<const float4 *>(address);
#pragma unroll
        for (unsigned k = 0; k < kKept; ++k) {
            const unsigned i = k * blockDim.x + threadIdx.x;
            kept[k] = weight != nullptr && i < quarters ? weight[i] : make_float4(1.0F, 1.0F, 1.0F, 1.0F);
        }
    }
};

__device__ inline float4 scaled(float4 v, float4 w, float factor)
{
    return make_float4(w.x * v.x * factor, w.y * v.y * factor, w.z * v.z * factor, w.w * v.w * factor);
}

__device__ inline float squares(float4 v)
{
    return v.x * v.x + v.y * v.y + v.z * v.z + v.w * v.w;
}

/// rmsNorm of a token: calls take(i, used, its values 4 i .. 4 i + 3) for all quarters, by whole warps. All threads of the block call it.
template <class Take>
__device__ void normToken(const float4 *x, unsigned quarters, float epsilon, const NormWeights &weights, float *partial, const Take &take)
{
    const float4 zero = make_float4(0.0F, 0.0F, 0.0F, 0.0F);
    float4 values[NormWeights::kKept];
    float sum = 0.0F;
#pragma unroll
    for (unsigned k = 0; k < NormWeights::kKept; ++k) {
        const unsigned i = k * blockDim.x + threadIdx.x;
        values[k] = i < quarters ? x[i] : zero;
        sum += squares(values[k]);
    }
    for (unsigned i = NormWeights::kKept * blockDim.x + threadIdx.x; i < quarters; i += blockDim.x)
        sum += squares(x[i]);
    sum = warpSum(sum);
    if (threadIdx.x % 32 == 0)
        partial[threadIdx.x / 32] = sum;
    __syncthreads();
    float total = 0.0F;
    for (unsigned i = 0; i < blockDim.x / 32; ++i)
        total += partial[i];
    const float factor = 1.0F / sqrtf(total / static_cast<float>(quarters * 4) + epsilon);
#pragma unroll
    for (unsigned k = 0; k < NormWeights::kKept; ++k) {
        const unsigned i = k * blockDim.x + threadIdx.x;
        if (i / 32 * 32 < quarters)
            take(i, i < quarters, scaled(values[k], weights.kept[k], factor));
    }
    for (unsigned i = NormWeights::kKept * blockDim.x + threadIdx.x; i / 32 * 32 < quarters; i += blockDim.x) {
        const bool used = i < quarters;
        const float4 w = used && weights.weight != nullptr ? weights.weight[i] : make_float4(1.0F, 1.0F, 1.0F, 1.0F);
        take(i, used, used ? scaled(x[i], w, factor) : zero);
    }
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

/// `width` (a multiple of 32) values to 8 bits in `shared`; all threads of the block call it.
__device__ inline TokenView tokenToShared(DeviceAddress in, unsigned width, std::int8_t *shared)
{
    const auto *x = reinterpret_cast<const float4 *>(in);
    const unsigned quarters = width / 4;
    auto *runs = reinterpret_cast<float2 *>(shared + width);
    constexpr unsigned kTogether = 4;                                                                 // reads that no other waits for
    for (unsigned first = threadIdx.x; first / 32 * 32 < quarters; first += kTogether * blockDim.x) { // warps stay whole
        float4 values[kTogether];
#pragma unroll
        for (unsigned k = 0; k < kTogether; ++k) {
            const unsigned i = first + k * blockDim.x;
            values[k] = i < quarters ? x[i] : make_float4(0.0F, 0.0F, 0.0F, 0.0F);
        }
#pragma unroll
        for (unsigned k = 0; k < kTogether; ++k)
            if (const unsigned i = first + k * blockDim.x; i / 32 * 32 < quarters)
                quantiseFour(values[k], i < quarters, i, shared, runs);
    }
    __syncthreads();
    return {shared, runs, nullptr};
}

/// The same of its rmsNorm, which the first block writes to `written`.
__device__ inline TokenView normedToShared(DeviceAddress in, unsigned width, float epsilon, const NormWeights &weights,
                                           DeviceAddress written, std::int8_t *shared, float *partial)
{
    auto *runs = reinterpret_cast<float2 *>(shared + width);
    normToken(reinterpret_cast<const float4 *>(in), width / 4, epsilon, weights, partial, [&](unsigned i, bool used, float4 v) {
        if (used && blockIdx.x == 0)
            reinterpret_cast<float4 *>(written)[i] = v;
        quantiseFour(v, used, i, shared, runs);
    });
    __syncthreads();
    return {shared, runs, nullptr};
}

} // namespace conclave::kernels::cuda
