// Attention on tensor cores, for heads of 64 or 128 and an F16 cache. Rows are pairs of a token and one of the query heads that share a KV
// head; a warp keeps 16 of them and goes over the keys 16 at a time. Queries and shares are split into two halves each (a high part and the
// rest), so that nothing is lost against float32. Neither keys nor values pass shared memory: the order of a head's values within a product
// is free, and is chosen such that every lane reads 16 bytes at once.
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/heads.cuh"

#include <cuda_fp16.h>

namespace conclave::kernels
{

namespace
{

using namespace cuda;

constexpr unsigned kWarps = 4; ///< of a block
constexpr unsigned kRows = 16; ///< of a warp
constexpr unsigned kKeys = 16; ///< at a time

/// c += a b: a 16 x 16 by rows, b 16 x 8 by columns.
__device__ void multiply(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1)
{
#if __CUDA_ARCH__ >= 800
    asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#else // Turing: two halves of the depth
    asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(b0));
    asm("mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[2]), "r"(a[3]), "r"(b1));
#endif
}

/// Two floats as halves: the nearest ones, and what these leave.
__device__ void splitTwo(float x, float y, unsigned &high, unsigned &low)
{
    const __half2 near = __floats2half2_rn(x, y);
    const __half2 rest = __floats2half2_rn(x - __low2float(near), y - __high2float(near));
    high = *reinterpret_cast<const unsigned *>(&near);
    low = *reinterpret_cast<const unsigned *>(&rest);
}

/// A row of the block's: which query, and which keys it sees.
struct Row
{
    unsigned token, head, begin, end;
};

__device__ Row rowAt(const AttentionCall &call, unsigned kvHead, unsigned index)
{
    const unsigned shared = call.heads / call.kvHeads;
    Row row;
    row.token = index / shared;
    row.head = kvHead * shared + index % shared;
    row.end = call.keyCount != 0 ? call.keyCount : call.first + row.token + 1;
    row.begin = call.window > 0 && row.end > call.window ? row.end - call.window : 0;
    return row;
}

__device__ const uint4 *cachedRow(DeviceAddress base, std::uint64_t slot, unsigned slotStride, unsigned head, unsigned headStride)
{
    return reinterpret_cast<const uint4 *>(base + slot * slotStride + std::uint64_t{head} * headStride);
}

__device__ float quadMost(float value)
{
    value = fmaxf(value, __shfl_xor_sync(0xFFFFFFFFU, value, 1));
    return fmaxf(value, __shfl_xor_sync(0xFFFFFFFFU, value, 2));
}

__device__ float quadSum(float value)
{
    value += __shfl_xor_sync(0xFFFFFFFFU, value, 1);
    return value + __shfl_xor_sync(0xFFFFFFFFU, value, 2);
}

/// What a warp keeps of its rows, two of which a lane shares with three others: rows `lane / 4` and that + 8.
template <int kWidth>
struct State
{
    float out[kWidth / 8][4]; ///< [64 h + d]: column c of them is value 64 h + 8 c + d of the head
    float largest[2], sum[2];
};

/// The queries of a warp as halves: [j][s] of values 32 j + 8 (lane % 4) + 4 s .. + 3.
template <int kWidth>
struct Queries
{
    unsigned high[kWidth / 32][2][4], low[kWidth / 32][2][4];
    float factor[2]; ///< what the logits are multiplied by
};

template <int kWidth>
__device__ void loadQueries(const float *const (&rows)[2], float scaleOfAll, Queries<kWidth> &queries)
{
    const unsigned quad = threadIdx.x % 4;
#pragma unroll
    for (int r = 0; r < 2; ++r) {
        const float *q = rows[r];
        float most = 0.0F;
#pragma unroll
        for (int j = 0; j < kWidth / 32; ++j)
#pragma unroll
            for (int i = 0; i < 8; ++i)
                most = fmaxf(most, fabsf(q[j * 32 + quad * 8 + i]));
        most = quadMost(most);
        const float scale = most > 0.0F ? 1.0F / most : 0.0F;
        queries.factor[r] = most * scaleOfAll;
#pragma unroll
        for (int j = 0; j < kWidth / 32; ++j)
#pragma unroll
            for (int s = 0; s < 2; ++s)
#pragma unroll
                for (int k = 0; k < 2; ++k) { // depths 2 quad and 2 quad + 8 of the product
                    const unsigned at = j * 32 + quad * 8 + s * 4 + k * 2;
                    splitTwo(q[at] * scale, q[at + 1] * scale, queries.high[j][s][k * 2 + r], queries.low[j][s][k * 2 + r]);
                }
    }
}

/// One step: keys `first` .. `first` + 15, of which rows see those from their begin to their end and none from `stop` on.
template <int kWidth>
__device__ void addKeys(const AttentionCall &call, unsigned kvHead, const Row (&rows)[2], const Queries<kWidth> &queries, unsigned first,
                        unsigned stop, State<kWidth> &state)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned quad = lane % 4;
    const unsigned octet = lane / 4;
    // Lane i knows the slot of key i; those that are not seen stand for the last that is.
    const unsigned position = min(first + lane % kKeys, stop - 1);
    unsigned slot = position;
    if (call.pages != 0)
        slot = reinterpret_cast<const unsigned *>(call.pages)[position / call.pageTokens] * call.pageTokens + position % call.pageTokens;

    float logits[2][4] = {};
    float rest[2][4] = {}; // sums of their own: a product waits for the one before it
    uint4 keys[2][kWidth / 32];
#pragma unroll
    for (int n = 0; n < 2; ++n) {
        const uint4 *key =
            cachedRow(call.keys, __shfl_sync(0xFFFFFFFFU, slot, n * 8 + octet), call.keySlotStride, kvHead, call.keyHeadStride);
#pragma unroll
        for (int j = 0; j < kWidth / 32; ++j)
            keys[n][j] = key[j * 4 + quad];
    }
    uint4 values[4][kWidth / 64]; // of keys 2 quad, 2 quad + 1, 2 quad + 8, 2 quad + 9: what a lane has of b
#pragma unroll
    for (int k = 0; k < 4; ++k) {
        const uint4 *value = cachedRow(call.values, __shfl_sync(0xFFFFFFFFU, slot, quad * 2 + k % 2 + k / 2 * 8), call.valueSlotStride,
                                       kvHead, call.valueHeadStride);
#pragma unroll
        for (int h = 0; h < kWidth / 64; ++h)
            values[k][h] = value[h * 8 + octet];
    }
#pragma unroll
    for (int n = 0; n < 2; ++n)
#pragma unroll
        for (int j = 0; j < kWidth / 32; ++j) {
            multiply(logits[n], queries.high[j][0], keys[n][j].x, keys[n][j].y);
            multiply(rest[n], queries.low[j][0], keys[n][j].x, keys[n][j].y);
            multiply(logits[n], queries.high[j][1], keys[n][j].z, keys[n][j].w);
            multiply(rest[n], queries.low[j][1], keys[n][j].z, keys[n][j].w);
        }
    unsigned high[4];
    unsigned low[4];
    float kept[2];
#pragma unroll
    for (int r = 0; r < 2; ++r) {
        float largest = state.largest[r];
#pragma unroll
        for (int n = 0; n < 2; ++n)
#pragma unroll
            for (int c = 0; c < 2; ++c) {
                const unsigned key = first + n * 8 + quad * 2 + c;
                float &logit = logits[n][r * 2 + c];
                logit = key >= rows[r].begin && key < min(rows[r].end, stop) ? (logit + rest[n][r * 2 + c]) * queries.factor[r] : -INFINITY;
                largest = fmaxf(largest, logit);
            }
        largest = quadMost(largest);
        const float base = largest > -INFINITY ? largest : 0.0F; // no key seen yet
        kept[r] = __expf(state.largest[r] - base);
        float sum = 0.0F;
#pragma unroll
        for (int n = 0; n < 2; ++n) {
            const float a = __expf(logits[n][r * 2] - base);
            const float b = __expf(logits[n][r * 2 + 1] - base);
            sum += a + b;
            splitTwo(a, b, high[n * 2 + r], low[n * 2 + r]);
        }
        state.largest[r] = largest;
        state.sum[r] = state.sum[r] * kept[r] + sum; // of this lane's keys alone
    }
#pragma unroll
    for (int h = 0; h < kWidth / 64; ++h)
#pragma unroll
        for (int d = 0; d < 8; ++d) {
            float(&out)[4] = state.out[h * 8 + d];
            out[0] *= kept[0];
            out[1] *= kept[0];
            out[2] *= kept[1];
            out[3] *= kept[1];
            const auto word = [d](const uint4 &v) { return d / 2 == 0 ? v.x : d / 2 == 1 ? v.y : d / 2 == 2 ? v.z : v.w; };
            const unsigned take = d % 2 == 0 ? 0x5410 : 0x7632;
            const unsigned b0 = __byte_perm(word(values[0][h]), word(values[1][h]), take);
            const unsigned b1 = __byte_perm(word(values[2][h]), word(values[3][h]), take);
            multiply(out, high, b0, b1);
            multiply(out, low, b0, b1);
        }
}

/// Where a row's values go, and what they are multiplied by: divided to its place, or as a part.
struct RowOut
{
    float *to;
    float factor;
};

/// The row's sums are complete, or those of the part, whose end is written.
__device__ RowOut outOf(const AttentionCall &call, const AttentionSplits &splits, const Row &row, float largest, float sum, bool writesEnd)
{
    if (splits.count > 1) {
        float *part = reinterpret_cast<float *>(splits.partials) +
                      ((std::size_t{row.token} * call.heads + row.head) * splits.count + blockIdx.z) * (call.valueWidth + 2);
        if (writesEnd) {
            part[call.valueWidth] = largest;
            part[call.valueWidth + 1] = sum;
        }
        return {part, 1.0F};
    }
    float share = 1.0F;
    if (call.sinks != 0) {
        const float sink = reinterpret_cast<const float *>(call.sinks)[row.head];
        const float most = fmaxf(sink, largest);
        share = __expf(largest - most);
        sum = sum * share + __expf(sink - most);
    }
    return {writableFloats(call.out + std::uint64_t{row.token} * call.outTokenStride, row.head, call.outHeadStride), share / sum};
}

/// What the warps of a block leave of the same rows.
template <int kWidth>
struct WarpParts
{
    float parts[kWarps][kRows][kWidth + 1];
    float largests[kWarps][kRows], sums[kWarps][kRows], shares[kWarps][kRows];
    RowOut outs[kRows];
};

/// The warps' keys together, for rows firstRow .. below `count`. All threads of the block call it.
template <int kWidth>
__device__ void joinWarps(const AttentionCall &call, const AttentionSplits &splits, unsigned kvHead, unsigned firstRow, unsigned count,
                          const State<kWidth> &state, WarpParts<kWidth> &work)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned warp = threadIdx.x / 32;
    const unsigned quad = lane % 4;
#pragma unroll
    for (int r = 0; r < 2; ++r) {
        const unsigned row = lane / 4 + r * 8;
#pragma unroll
        for (int i = 0; i < kWidth / 8; ++i)
#pragma unroll
            for (int c = 0; c < 2; ++c)
                work.parts[warp][row][i / 8 * 64 + (quad * 2 + c) * 8 + i % 8] = state.out[i][r * 2 + c];
        if (quad == 0) {
            work.largests[warp][row] = state.largest[r];
            work.sums[warp][row] = state.sum[r];
        }
    }
    __syncthreads();
    const unsigned used = min(kRows, count - firstRow);
    if (threadIdx.x < used) {
        const unsigned row = threadIdx.x;
        float largest = -INFINITY;
#pragma unroll
        for (unsigned w = 0; w < kWarps; ++w)
            largest = fmaxf(largest, work.largests[w][row]);
        float sum = 0.0F;
#pragma unroll
        for (unsigned w = 0; w < kWarps; ++w) {
            const float own = work.sums[w][row];
            const float share = own > 0.0F ? __expf(work.largests[w][row] - largest) : 0.0F; // a warp without a key has -inf
            work.shares[w][row] = share;
            sum += own * share;
        }
        work.outs[row] = outOf(call, splits, rowAt(call, kvHead, firstRow + row), largest, sum, true);
    }
    __syncthreads();
#pragma unroll 4
    for (unsigned i = threadIdx.x; i < used * kWidth; i += kWarps * 32) {
        const unsigned row = i / kWidth;
        const unsigned value = i % kWidth;
        float x = 0.0F;
#pragma unroll
        for (unsigned w = 0; w < kWarps; ++w)
            x += work.parts[w][row][value] * work.shares[w][row];
        work.outs[row].to[value] = x * work.outs[row].factor;
    }
}

/// Keys that a block goes over: of those that its rows see, the part that is blockIdx.z's.
struct KeyRange
{
    unsigned from, stop;
};

__device__ KeyRange rangeOf(const AttentionSplits &splits, unsigned begin, unsigned end)
{
    const unsigned span = ((end - begin + splits.count - 1) / splits.count + kKeys - 1) / kKeys * kKeys;
    const unsigned from = begin + blockIdx.z * span;
    return {from, min(end, from + span)};
}

/// kAlone: the block's warps each have rows of their own, and see all keys. Otherwise they share 16 rows, and every fourth step is one's.
template <int kWidth, bool kAlone>
__global__ void __launch_bounds__(kWarps * 32) flash(AttentionCall call, AttentionSplits splits)
{
    letNextStart();
    waitForPrevious();
    const unsigned lane = threadIdx.x % 32;
    const unsigned warp = threadIdx.x / 32;
    const unsigned kvHead = blockIdx.x;
    const unsigned count = call.tokens * (call.heads / call.kvHeads); // rows of this KV head
    const unsigned firstRow = (gridDim.y - 1 - blockIdx.y) * kRows * (kAlone ? kWarps : 1) + (kAlone ? warp * kRows : 0); // long ones first
    if (kAlone && firstRow >= count)
        return;
    Row rows[2];
    const float *pointers[2];
    for (int r = 0; r < 2; ++r) {
        rows[r] = rowAt(call, kvHead, min(firstRow + lane / 4 + r * 8, count - 1));
        pointers[r] = floats(call.query + std::uint64_t{rows[r].token} * call.queryTokenStride, rows[r].head, call.queryHeadStride);
    }
    const KeyRange range = rangeOf(splits, rowAt(call, kvHead, firstRow).begin, rowAt(call, kvHead, min(firstRow + kRows, count) - 1).end);

    Queries<kWidth> queries;
    loadQueries(pointers, call.scale, queries);
    State<kWidth> state{};
    state.largest[0] = state.largest[1] = -INFINITY;
    for (unsigned first = range.from + (kAlone ? 0 : warp * kKeys); first < range.stop; first += kKeys * (kAlone ? 1 : kWarps))
        addKeys(call, kvHead, rows, queries, first, range.stop, state);
    for (int r = 0; r < 2; ++r)
        state.sum[r] = quadSum(state.sum[r]);

    if constexpr (kAlone) {
        const unsigned quad = lane % 4;
#pragma unroll
        for (int r = 0; r < 2; ++r) {
            if (firstRow + lane / 4 + r * 8 >= count)
                continue;
            const RowOut out = outOf(call, splits, rows[r], state.largest[r], state.sum[r], quad == 0);
#pragma unroll
            for (int i = 0; i < kWidth / 8; ++i)
#pragma unroll
                for (int c = 0; c < 2; ++c)
                    out.to[i / 8 * 64 + (quad * 2 + c) * 8 + i % 8] = state.out[i][r * 2 + c] * out.factor;
        }
    } else {
        __shared__ WarpParts<kWidth> work;
        joinWarps(call, splits, kvHead, firstRow, count, state, work);
    }
}

/// Decoding: norm, rope and kvStore of the token's heads, then its attention. Each block prepares the queries that it needs; the one that
/// sees the last key stores it before. The queries go back to their place when no block reads them any more: here when there is one part,
/// otherwise joinSplits does it.
template <int kWidth>
__global__ void __launch_bounds__(kWarps * 32) fusedAttention(FusedAttention fused, AttentionSplits splits)
{
    __shared__ float prepared[kRows][kWidth];
    __shared__ union
    {
        WarpParts<kWidth> join;
        float head[kWarps][kWidth];
    } work;
    const AttentionCall &call = fused.attention;
    const unsigned lane = threadIdx.x % 32;
    const unsigned warp = threadIdx.x / 32;
    const unsigned kvHead = blockIdx.x;
    const unsigned count = call.heads / call.kvHeads;
    const Row row = rowAt(call, kvHead, 0); // all rows see the same keys
    const KeyRange range = rangeOf(splits, row.begin, row.end);
    letNextStart();
    waitForPrevious();
    const FusedHeadSet &querySet = fused.heads.sets[fused.query];
    const FusedHeadSet &otherSet = fused.heads.sets[warp == kWarps - 1 ? fused.key : fused.value];
    const bool stores = range.from < row.end && range.stop == row.end && warp >= kWarps - 2;
    HeadValues<kWidth / 32> first;
    HeadValues<kWidth / 32> second;
    HeadValues<kWidth / 32> other;
    if (warp < count)
        first.load(querySet, kvHead * count + warp);
    if (warp + kWarps < count)
        second.load(querySet, kvHead * count + warp + kWarps);
    if (stores)
        other.load(otherSet, kvHead);
    if (warp < count)
        first.prepare(querySet, prepared[warp]);
    if (warp + kWarps < count)
        second.prepare(querySet, prepared[warp + kWarps]);
    for (unsigned i = warp + 2 * kWarps; i < count; i += kWarps) {
        first.load(querySet, kvHead * count + i);
        first.prepare(querySet, prepared[i]);
    }
    if (stores) {
        other.prepare(otherSet, work.head[warp]);
        keepHead(otherSet, kvHead, work.head[warp]);
        storeHead(otherSet, fused.heads, kvHead, work.head[warp]);
    }
    __syncthreads(); // the new key and value are seen by the whole block
    if (splits.count == 1)
        for (unsigned i = warp; i < count; i += kWarps)
            keepHead(querySet, kvHead * count + i, prepared[i]);
    Row rows[2];
    const float *pointers[2];
    for (int r = 0; r < 2; ++r) {
        const unsigned index = min(lane / 4 + r * 8, count - 1);
        rows[r] = rowAt(call, kvHead, index);
        pointers[r] = prepared[index];
    }
    Queries<kWidth> queries;
    loadQueries(pointers, call.scale, queries);
    State<kWidth> state{};
    state.largest[0] = state.largest[1] = -INFINITY;
    for (unsigned key = range.from + warp * kKeys; key < range.stop; key += kKeys * kWarps)
        addKeys(call, kvHead, rows, queries, key, range.stop, state);
    for (int r = 0; r < 2; ++r)
        state.sum[r] = quadSum(state.sum[r]);
    __syncthreads(); // work.head is done with
    joinWarps(call, splits, kvHead, 0, count, state, work.join);
}

std::uint32_t rowsOf(const AttentionCall &call)
{
    return call.tokens * (call.heads / call.kvHeads);
}

/// Few rows: a block's warps share them.
bool alone(const AttentionCall &call)
{
    return rowsOf(call) > kRows * kWarps;
}

template <int kWidth>
cudaError_t start(const AttentionCall &call, const AttentionSplits &splits, KernelList &kernels)
{
    const dim3 grid(call.kvHeads, flashBlocks(call) / call.kvHeads, splits.count);
    if (alone(call))
        kernels.add(flash<kWidth, true>, grid, kWarps * 32, call, splits);
    else
        kernels.add(flash<kWidth, false>, grid, kWarps * 32, call, splits);
    kernels.last().overlaps = true;
    return splits.count > 1 ? launchJoinSplits(call, splits, {}, kernels) : cudaSuccess;
}

} // namespace

bool fitsFlash(const AttentionCall &call, DType type)
{
    const auto aligned = [](std::uint64_t value) { return value % 16 == 0; };
    return type == DType::kF16 && call.width == call.valueWidth && (call.width == 64 || call.width == 128) && aligned(call.keys) &&
           aligned(call.values) && aligned(call.keySlotStride) && aligned(call.keyHeadStride) && aligned(call.valueSlotStride) &&
           aligned(call.valueHeadStride) && rowsOf(call) / kRows < 65535;
}

std::uint32_t flashBlocks(const AttentionCall &call)
{
    const std::uint32_t rows = kRows * (alone(call) ? kWarps : 1);
    return call.kvHeads * ((rowsOf(call) + rows - 1) / rows);
}

cudaError_t launchFlash(const AttentionCall &call, const AttentionSplits &splits, KernelList &kernels)
{
    return call.width == 64 ? start<64>(call, splits, kernels) : start<128>(call, splits, kernels);
}

cudaError_t launchFusedAttention(const FusedAttention &fused, const AttentionSplits &splits, KernelList &kernels)
{
    const AttentionCall &call = fused.attention;
    const dim3 grid(call.kvHeads, 1, splits.count);
    if (call.width == 64)
        kernels.add(fusedAttention<64>, grid, kWarps * 32, fused, splits);
    else
        kernels.add(fusedAttention<128>, grid, kWarps * 32, fused, splits);
    kernels.last().overlaps = true;
    return splits.count > 1 ? launchJoinSplits(call, splits, fused.heads.sets[fused.query], kernels) : cudaSuccess;
}

} // namespace conclave::kernels
