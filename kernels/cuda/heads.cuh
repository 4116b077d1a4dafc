#pragma once

#include "kernels/core/blocks.h"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/fused_calls.h"

#include <cuda_fp16.h>

/// One head of a token's q, k or v, by one warp.
namespace conclave::kernels::cuda
{

/// A lane's values of a head: 32 apart. What is read is read at once, before anything waits for it; several heads may be loaded before the
/// first is prepared.
template <int kPer>
struct HeadValues
{
    float values[kPer], weights[kPer];
    float2 turns[kPer];

    __device__ void load(const FusedHeadSet &set, unsigned head)
    {
        const unsigned lane = threadIdx.x % 32;
        const float *from = reinterpret_cast<const float *>(set.inout + std::uint64_t{head} * set.headStride);
        const auto *weight = reinterpret_cast<const float *>(set.normWeight);
        const auto *rotations = reinterpret_cast<const float2 *>(set.rotations);
#pragma unroll
        for (int k = 0; k < kPer; ++k) {
            const unsigned i = k * 32 + lane;
            values[k] = i < set.width ? from[i] : 0.0F;
            weights[k] = weight != nullptr && i < set.width ? weight[i] : 1.0F;
            turns[k] = make_float2(1.0F, 0.0F);
            if (rotations != nullptr && i < set.pairs * 2)
                turns[k] = rotations[set.interleaved != 0 ? i / 2 : i < set.pairs ? i : i - set.pairs];
        }
    }

    /// Normed and turned, where the set asks for it; to `prepared`, as wide as the head. Whole warps call it.
    __device__ void prepare(const FusedHeadSet &set, float *prepared)
    {
        const unsigned lane = threadIdx.x % 32;
        if (set.norm != 0) {
            float sum = 0.0F;
#pragma unroll
            for (int k = 0; k < kPer; ++k)
                sum += values[k] * values[k];
            const float factor = 1.0F / sqrtf(warpSum(sum) / static_cast<float>(set.width) + set.epsilon);
#pragma unroll
            for (int k = 0; k < kPer; ++k)
                values[k] = weights[k] * values[k] * factor;
        }
        write(set, prepared);
        if (set.rotations == 0)
            return;
#pragma unroll
        for (int k = 0; k < kPer; ++k) {
            const unsigned i = k * 32 + lane;
            if (i >= set.pairs * 2)
                continue;
            const bool second = set.interleaved != 0 ? i % 2 != 0 : i >= set.pairs;
            const float other = prepared[set.interleaved != 0 ? i ^ 1U : second ? i - set.pairs : i + set.pairs];
            values[k] = second ? other * turns[k].y + values[k] * turns[k].x : values[k] * turns[k].x - other * turns[k].y;
        }
        __syncwarp(); // all have read
        write(set, prepared);
    }

private:
    __device__ void write(const FusedHeadSet &set, float *prepared) const
    {
#pragma unroll
        for (int k = 0; k < kPer; ++k)
            if (k * 32 + threadIdx.x % 32 < set.width)
                prepared[k * 32 + threadIdx.x % 32] = values[k];
        __syncwarp();
    }
};

/// Back to where it came from.
__device__ inline void keepHead(const FusedHeadSet &set, unsigned head, const float *values)
{
    float *to = reinterpret_cast<float *>(set.inout + std::uint64_t{head} * set.headStride);
    if (set.norm != 0 || set.rotations != 0)
        for (unsigned i = threadIdx.x % 32; i < set.width; i += 32)
            to[i] = values[i];
}

/// To the cache, in its type.
__device__ inline void storeHead(const FusedHeadSet &set, const FusedHeads &call, unsigned head, const float *values)
{
    const unsigned lane = threadIdx.x % 32;
    std::uint64_t slot = call.position;
    if (call.pages != 0)
        slot = std::uint64_t{reinterpret_cast<const unsigned *>(call.pages)[call.position / call.pageTokens]} * call.pageTokens +
               call.position % call.pageTokens;
    unsigned char *to = reinterpret_cast<unsigned char *>(set.cache) + slot * set.slotStride + std::uint64_t{head} * set.slotHeadStride;
    for (unsigned first = 0; first < set.width; first += 32) {
        const unsigned i = first + lane;
        const float value = i < set.width ? values[i] : 0.0F;
        if (static_cast<DType>(set.cacheType) == DType::kQ8_0) { // widths are multiples of 32
            float most = fabsf(value);
            for (int distance = 16; distance > 0; distance /= 2)
                most = fmaxf(most, __shfl_xor_sync(0xFFFFFFFFU, most, distance));
            const float step = most / 127.0F;
            const float inverse = step > 0.0F ? 1.0F / step : 0.0F;
            auto &block = reinterpret_cast<BlockQ8_0 *>(to)[first / 32];
            block.q[lane] = static_cast<std::int8_t>(max(-127, min(127, __float2int_rn(value * inverse))));
            if (lane == 0)
                block.d = __half_as_ushort(__float2half_rn(step));
        } else if (i < set.width && static_cast<DType>(set.cacheType) == DType::kF32) {
            reinterpret_cast<float *>(to)[i] = value;
        } else if (i < set.width) {
            reinterpret_cast<__half *>(to)[i] = __float2half_rn(value);
        }
    }
}

} // namespace conclave::kernels::cuda
