#pragma once

#include "kernels/core/blocks.h"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/fused_calls.h"

#include <cuda_fp16.h>

/// One head of a token's q, k or v, by one warp.
namespace conclave::kernels::cuda
{

/// Normed and turned, where the set asks for it: in `before` or `after`, both as wide as the head.
__device__ inline const float *prepareHead(const FusedHeadSet &set, unsigned head, float *before, float *after)
{
    const unsigned lane = threadIdx.x % 32;
    const float *from = reinterpret_cast<const float *>(set.inout + std::uint64_t{head} * set.headStride);
    float sum = 0.0F;
    for (unsigned i = lane; i < set.width; i += 32) {
        before[i] = from[i];
        sum += before[i] * before[i];
    }
    if (set.norm != 0) {
        const float factor = 1.0F / sqrtf(warpSum(sum) / static_cast<float>(set.width) + set.epsilon);
        const auto *weight = reinterpret_cast<const float *>(set.normWeight);
        for (unsigned i = lane; i < set.width; i += 32)
            before[i] = (set.normWeight != 0 ? weight[i] : 1.0F) * before[i] * factor;
    }
    __syncwarp();
    if (set.rotations == 0)
        return before;
    const auto *rotations = reinterpret_cast<const float2 *>(set.rotations);
    for (unsigned i = lane; i < set.width; i += 32) {
        const bool second = set.interleaved != 0 ? i % 2 != 0 : i >= set.pairs;
        float value = before[i];
        if (i < set.pairs * 2) {
            const unsigned other = set.interleaved != 0 ? i ^ 1U : second ? i - set.pairs : i + set.pairs;
            const float2 turn = rotations[set.interleaved != 0 ? i / 2 : i % set.pairs];
            value = second ? before[other] * turn.y + value * turn.x : value * turn.x - before[other] * turn.y;
        }
        after[i] = value;
    }
    __syncwarp();
    return after;
}

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
    unsigned char *to =
        reinterpret_cast<unsigned char *>(set.cache) + slot * set.slotStride + std::uint64_t{head} * set.slotHeadStride;
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
