// The KV cache: kvStore and attention. Causal or not, with window, pages, sinks and grouped queries, for heads no wider than 640.
#include "kernels/core/blocks.h"
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/dequantise.h"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/heads.cuh"

#include <cuda_fp16.h>

namespace conclave::kernels
{

namespace
{

using namespace cuda;

constexpr unsigned kWarps = 8; ///< of a block of attention
constexpr float kNone = -INFINITY;

__device__ std::uint64_t slotOf(DeviceAddress pages, unsigned pageTokens, unsigned position)
{
    if (pages == 0)
        return position;
    return std::uint64_t{reinterpret_cast<const unsigned *>(pages)[position / pageTokens]} * pageTokens + position % pageTokens;
}

template <DType type>
__device__ float cached(const unsigned char *row, unsigned i)
{
    if (type == DType::kF32)
        return reinterpret_cast<const float *>(row)[i];
    if (type == DType::kF16)
        return __half2float(reinterpret_cast<const __half *>(row)[i]);
    const BlockQ8_0 &block = reinterpret_cast<const BlockQ8_0 *>(row)[i / 32];
    return halfBitsToFloat(block.d) * static_cast<float>(block.q[i % 32]);
}

/// A warp stores 32 values of one head.
template <DType type>
__global__ void kvStore(KvStoreCall call)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned groups = (call.width + 31) / 32;
    const unsigned warp = threadIndex() / 32;
    const unsigned group = warp % groups;
    const unsigned head = warp / groups % call.heads;
    const unsigned token = warp / groups / call.heads;
    if (token >= call.tokens)
        return;
    const unsigned i = group * 32 + lane;
    const float value = i < call.width ? floats(call.in + std::uint64_t{token} * call.tokenStride, head, call.headStride)[i] : 0.0F;
    unsigned char *to = reinterpret_cast<unsigned char *>(call.cache) +
                        slotOf(call.pages, call.pageTokens, call.first + token) * call.slotStride +
                        std::uint64_t{head} * call.slotHeadStride;
    if (type == DType::kQ8_0) { // widths are multiples of 32
        float most = fabsf(value);
        for (int distance = 16; distance > 0; distance /= 2)
            most = fmaxf(most, __shfl_xor_sync(0xFFFFFFFFU, most, distance));
        const float step = most / 127.0F;
        const float inverse = step > 0.0F ? 1.0F / step : 0.0F;
        auto &block = reinterpret_cast<BlockQ8_0 *>(to)[group];
        block.q[lane] = static_cast<std::int8_t>(max(-127, min(127, __float2int_rn(value * inverse))));
        if (lane == 0)
            block.d = __half_as_ushort(__float2half_rn(step));
        return;
    }
    if (i >= call.width)
        return;
    if (type == DType::kF32)
        reinterpret_cast<float *>(to)[i] = value;
    else
        reinterpret_cast<__half *>(to)[i] = __float2half_rn(value);
}

/// One head's softmax so far.
struct Running
{
    float largest, sum;
};

/// A block computes `kGroup` query heads of one KV head, one query, one part of its keys. Each warp takes every eighth key; lanes share a
/// head's values, `kPer` each.
template <DType type, int kGroup, int kPer>
__global__ void __launch_bounds__(kWarps * 32) attention(AttentionCall call, AttentionSplits splits)
{
    __shared__ float partial[kWarps][kPer * 32];
    __shared__ Running ends[kWarps];
    const unsigned lane = threadIdx.x % 32;
    const unsigned warp = threadIdx.x / 32;
    const unsigned shared = call.heads / call.kvHeads;
    const unsigned parts = (shared + kGroup - 1) / kGroup;
    const unsigned kvHead = blockIdx.x / parts;
    const unsigned within = blockIdx.x % parts * kGroup;
    const unsigned firstHead = kvHead * shared + within;
    const unsigned count = min(static_cast<unsigned>(kGroup), shared - within);
    const unsigned token = blockIdx.y;

    const unsigned end = call.keyCount != 0 ? call.keyCount : call.first + token + 1;
    const unsigned begin = call.window > 0 && end > call.window ? end - call.window : 0;
    const unsigned span = (end - begin + splits.count - 1) / splits.count;
    const unsigned from = min(end, begin + blockIdx.z * span);
    const unsigned to = min(end, from + span);

    float query[kGroup][kPer];
    float out[kGroup][kPer];
    Running running[kGroup];
#pragma unroll
    for (int g = 0; g < kGroup; ++g) {
        const unsigned head = firstHead + min(static_cast<unsigned>(g), count - 1);
        const float *q = floats(call.query + std::uint64_t{token} * call.queryTokenStride, head, call.queryHeadStride);
        running[g] = {kNone, 0.0F};
#pragma unroll
        for (int c = 0; c < kPer; ++c) {
            const unsigned i = c * 32 + lane;
            query[g][c] = i < call.width ? call.scale * q[i] : 0.0F;
            out[g][c] = 0.0F;
        }
    }
    for (unsigned p = from + warp; p < to; p += kWarps) {
        const std::uint64_t slot = slotOf(call.pages, call.pageTokens, p);
        const auto *key =
            reinterpret_cast<const unsigned char *>(call.keys) + slot * call.keySlotStride + std::uint64_t{kvHead} * call.keyHeadStride;
        const auto *value = reinterpret_cast<const unsigned char *>(call.values) + slot * call.valueSlotStride +
                            std::uint64_t{kvHead} * call.valueHeadStride;
        float k[kPer];
        float v[kPer];
#pragma unroll
        for (int c = 0; c < kPer; ++c) {
            const unsigned i = c * 32 + lane;
            k[c] = i < call.width ? cached<type>(key, i) : 0.0F;
            v[c] = i < call.valueWidth ? cached<type>(value, i) : 0.0F;
        }
        float logits[kGroup];
#pragma unroll
        for (int g = 0; g < kGroup; ++g) {
            logits[g] = 0.0F;
#pragma unroll
            for (int c = 0; c < kPer; ++c)
                logits[g] += query[g][c] * k[c];
        }
#pragma unroll
        for (int distance = 16; distance > 0; distance /= 2)
#pragma unroll
            for (int g = 0; g < kGroup; ++g)
                logits[g] += __shfl_xor_sync(0xFFFFFFFFU, logits[g], distance);
#pragma unroll
        for (int g = 0; g < kGroup; ++g) {
            const float largest = fmaxf(running[g].largest, logits[g]);
            const float kept = __expf(running[g].largest - largest);
            const float share = __expf(logits[g] - largest);
            running[g] = {largest, running[g].sum * kept + share};
#pragma unroll
            for (int c = 0; c < kPer; ++c)
                out[g][c] = out[g][c] * kept + share * v[c];
        }
    }
    // The warps' parts together, head by head.
#pragma unroll
    for (int g = 0; g < kGroup; ++g) {
        if (static_cast<unsigned>(g) >= count)
            break; // the same for all threads
        __syncthreads();
#pragma unroll
        for (int c = 0; c < kPer; ++c)
            partial[warp][c * 32 + lane] = out[g][c];
        if (lane == 0)
            ends[warp] = running[g];
        __syncthreads();
        const unsigned head = firstHead + g;
        float largest = kNone;
        for (const Running &one : ends)
            largest = fmaxf(largest, one.largest);
        const bool last = splits.count == 1;
        const float *sinks = reinterpret_cast<const float *>(call.sinks);
        if (last && call.sinks != 0)
            largest = fmaxf(largest, sinks[head]);
        float sum = last && call.sinks != 0 ? __expf(sinks[head] - largest) : 0.0F;
        float kept[kWarps];
#pragma unroll
        for (unsigned w = 0; w < kWarps; ++w) {
            kept[w] = ends[w].sum > 0.0F ? __expf(ends[w].largest - largest) : 0.0F; // a warp without a key has -inf
            sum += ends[w].sum * kept[w];
        }
        float *whole = last ? writableFloats(call.out + std::uint64_t{token} * call.outTokenStride, head, call.outHeadStride)
                            : reinterpret_cast<float *>(splits.partials) +
                                  ((std::size_t{token} * call.heads + head) * splits.count + blockIdx.z) * (call.valueWidth + 2);
        for (unsigned i = threadIdx.x; i < call.valueWidth; i += kWarps * 32) {
            float total = 0.0F;
#pragma unroll
            for (unsigned w = 0; w < kWarps; ++w)
                total += kept[w] * partial[w][i];
            whole[i] = last ? total / sum : total;
        }
        if (!last && threadIdx.x == 0) {
            whole[call.valueWidth] = largest;
            whole[call.valueWidth + 1] = sum;
        }
    }
}

/// A block a query and head: its splits together. `query`, where it has heads: these go back to their place, prepared (fusedAttention).
__global__ void __launch_bounds__(128) joinSplits(AttentionCall call, AttentionSplits splits, FusedHeadSet query)
{
    __shared__ float prepared[FusedHeads::kMostWidth];
    __shared__ float shares[kMostSplits];
    __shared__ float whole;
    letNextStart();
    waitForPrevious();
    const unsigned head = blockIdx.x;
    const unsigned token = blockIdx.y;
    const unsigned length = call.valueWidth + 2;
    const float *parts =
        reinterpret_cast<const float *>(splits.partials) + (std::size_t{token} * call.heads + head) * splits.count * length;
    if (query.heads > 0 && threadIdx.x >= 96) {
        HeadValues<FusedHeads::kMostWidth / 32> values;
        values.load(query, head);
        values.prepare(query, prepared);
        keepHead(query, head, prepared);
    }
    if (threadIdx.x < 32) {
        const float sink = call.sinks != 0 ? reinterpret_cast<const float *>(call.sinks)[head] : kNone;
        float largest = sink;
        for (unsigned s = threadIdx.x; s < splits.count; s += 32)
            largest = fmaxf(largest, parts[s * length + call.valueWidth]);
        for (int distance = 16; distance > 0; distance /= 2)
            largest = fmaxf(largest, __shfl_xor_sync(0xFFFFFFFFU, largest, distance));
        float sum = 0.0F;
        for (unsigned s = threadIdx.x; s < splits.count; s += 32) {
            const float own = parts[s * length + call.valueWidth + 1];
            const float share = own > 0.0F ? __expf(parts[s * length + call.valueWidth] - largest) : 0.0F; // a part may have no key
            shares[s] = share;
            sum += own * share;
        }
        sum = warpSum(sum);
        if (threadIdx.x == 0)
            whole = sum + (call.sinks != 0 ? __expf(sink - largest) : 0.0F);
    }
    __syncthreads();
    float *to = writableFloats(call.out + std::uint64_t{token} * call.outTokenStride, head, call.outHeadStride);
    for (unsigned i = threadIdx.x; i < call.valueWidth; i += 128) {
        float total = 0.0F;
#pragma unroll 8
        for (unsigned s = 0; s < splits.count; ++s)
            total += shares[s] > 0.0F ? parts[s * length + i] * shares[s] : 0.0F;
        to[i] = total / whole;
    }
}

/// Values a lane holds, and query heads a block takes: what fits the registers. Few variants: each is compiled for each type of cache.
struct AttentionShape
{
    int per, group;
};

AttentionShape shapeOf(const AttentionCall &call)
{
    const std::uint32_t width = call.width > call.valueWidth ? call.width : call.valueWidth;
    if (width > 256)
        return {20, 2};
    if (width > 128)
        return {8, 4};
    const std::uint32_t shared = call.heads / call.kvHeads;
    return {4, shared > 4 ? 8 : shared > 1 ? 4 : 1};
}

template <DType type>
cudaError_t startAttention(const AttentionCall &call, const AttentionSplits &splits, KernelList &kernels)
{
    const AttentionShape shape = shapeOf(call);
    const dim3 grid(attentionBlocks(call) / call.tokens, call.tokens, splits.count);
    if (shape.per == 20)
        kernels.add(attention<type, 2, 20>, grid, kWarps * 32, call, splits);
    else if (shape.per == 8)
        kernels.add(attention<type, 4, 8>, grid, kWarps * 32, call, splits);
    else if (shape.group == 8)
        kernels.add(attention<type, 8, 4>, grid, kWarps * 32, call, splits);
    else if (shape.group == 4)
        kernels.add(attention<type, 4, 4>, grid, kWarps * 32, call, splits);
    else
        kernels.add(attention<type, 1, 4>, grid, kWarps * 32, call, splits);
    return splits.count > 1 ? launchJoinSplits(call, splits, {}, kernels) : cudaSuccess;
}

} // namespace

std::uint32_t attentionBlocks(const AttentionCall &call)
{
    const auto group = static_cast<std::uint32_t>(shapeOf(call).group);
    const std::uint32_t shared = call.heads / call.kvHeads;
    return call.kvHeads * ((shared + group - 1) / group) * call.tokens;
}

cudaError_t launchJoinSplits(const AttentionCall &call, const AttentionSplits &splits, const FusedHeadSet &query, KernelList &kernels)
{
    kernels.add(joinSplits, dim3(call.heads, call.tokens), 128, call, splits, query);
    kernels.last().overlaps = true;
    return cudaSuccess;
}

cudaError_t launchAttention(const AttentionCall &call, DType type, const AttentionSplits &splits, KernelList &kernels)
{
    switch (type) {
    case DType::kF32:
        return startAttention<DType::kF32>(call, splits, kernels);
    case DType::kF16:
        return startAttention<DType::kF16>(call, splits, kernels);
    case DType::kQ8_0:
        return startAttention<DType::kQ8_0>(call, splits, kernels);
    default:
        return cudaErrorNotSupported;
    }
}

cudaError_t launchKvStore(const KvStoreCall &call, DType type, KernelList &kernels)
{
    const std::uint32_t warps = call.tokens * call.heads * ((call.width + 31) / 32);
    const std::uint32_t blocks = (warps + kGroupThreads / 32 - 1) / (kGroupThreads / 32);
    switch (type) {
    case DType::kF32:
        kernels.add(kvStore<DType::kF32>, blocks, kGroupThreads, call);
        break;
    case DType::kF16:
        kernels.add(kvStore<DType::kF16>, blocks, kGroupThreads, call);
        break;
    case DType::kQ8_0:
        kernels.add(kvStore<DType::kQ8_0>, blocks, kGroupThreads, call);
        break;
    default:
        return cudaErrorNotSupported;
    }
    return cudaSuccess;
}

} // namespace conclave::kernels
