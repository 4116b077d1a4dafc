// Attention on tensor cores, for heads of 64 or 128 and an F16 cache. Rows are pairs of a token and one of the query heads that share a KV
// head; a warp keeps 16 of them and goes over the keys 16 at a time. Queries and shares are split into two halves each (a high part and the
// rest), so that nothing is lost against float32. Neither keys nor values pass shared memory: the order of a head's values within a product
// is free, and is chosen such that every lane reads 16 bytes at once.
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/device_code.cuh"

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
__device__ void loadQueries(const AttentionCall &call, const Row (&rows)[2], Queries<kWidth> &queries)
{
    const unsigned quad = threadIdx.x % 4;
#pragma unroll
    for (int r = 0; r < 2; ++r) {
        const float *q = floats(call.query + std::uint64_t{rows[r].token} * call.queryTokenStride, rows[r].head, call.queryHeadStride);
        float most = 0.0F;
#pragma unroll
        for (int j = 0; j < kWidth / 32; ++j)
#pragma unroll
            for (int i = 0; i < 8; ++i)
                most = fmaxf(most, fabsf(q[j * 32 + quad * 8 + i]));
        most = quadMost(most);
        const float scale = most > 0.0F ? 1.0F / most : 0.0F;
        queries.factor[r] = most * call.scale;
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
            multiply(logits[n], queries.low[j][0], keys[n][j].x, keys[n][j].y);
            multiply(logits[n], queries.high[j][1], keys[n][j].z, keys[n][j].w);
            multiply(logits[n], queries.low[j][1], keys[n][j].z, keys[n][j].w);
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
                logit = key >= rows[r].begin && key < min(rows[r].end, stop) ? logit * queries.factor[r] : -INFINITY;
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

/// Where a row's result goes: divided to its place, or as a part.
__device__ void storeRow(const AttentionCall &call, const AttentionSplits &splits, const Row &row, unsigned value, float x, float largest,
                         float sum)
{
    if (splits.count > 1) {
        reinterpret_cast<float *>(splits.partials)[((std::size_t{row.token} * call.heads + row.head) * splits.count + blockIdx.z) *
                                                       (call.valueWidth + 2) +
                                                   value] = x;
        return;
    }
    float share = 1.0F;
    if (call.sinks != 0) {
        const float sink = reinterpret_cast<const float *>(call.sinks)[row.head];
        const float most = fmaxf(sink, largest);
        share = __expf(largest - most);
        sum = sum * share + __expf(sink - most);
    }
    writableFloats(call.out + std::uint64_t{row.token} * call.outTokenStride, row.head, call.outHeadStride)[value] = x * share / sum;
}

__device__ void storePartEnd(const AttentionCall &call, const AttentionSplits &splits, const Row &row, float largest, float sum)
{
    float *ends = reinterpret_cast<float *>(splits.partials) +
                  ((std::size_t{row.token} * call.heads + row.head) * splits.count + blockIdx.z) * (call.valueWidth + 2) + call.valueWidth;
    ends[0] = largest;
    ends[1] = sum;
}

/// kAlone: the block's warps each have rows of their own, and see all keys. Otherwise they share 16 rows, and every fourth step is one's.
template <int kWidth, bool kAlone>
__global__ void __launch_bounds__(kWarps * 32) flash(AttentionCall call, AttentionSplits splits)
{
    __shared__ float parts[kAlone ? 1 : kWarps][kRows][kAlone ? 1 : kWidth + 1];
    __shared__ float largests[kWarps][kRows];
    __shared__ float sums[kWarps][kRows];
    waitForPrevious();
    letNextStart();
    const unsigned lane = threadIdx.x % 32;
    const unsigned warp = threadIdx.x / 32;
    const unsigned kvHead = blockIdx.x;
    const unsigned count = call.tokens * (call.heads / call.kvHeads); // rows of this KV head
    const unsigned firstRow = (gridDim.y - 1 - blockIdx.y) * kRows * (kAlone ? kWarps : 1) + (kAlone ? warp * kRows : 0); // long ones first
    if (kAlone && firstRow >= count)
        return;
    Row rows[2];
    for (int r = 0; r < 2; ++r)
        rows[r] = rowAt(call, kvHead, min(firstRow + lane / 4 + r * 8, count - 1));
    const unsigned begin = rowAt(call, kvHead, firstRow).begin;
    const unsigned end = rowAt(call, kvHead, min(firstRow + kRows, count) - 1).end;
    const unsigned span = ((end - begin + splits.count - 1) / splits.count + kKeys - 1) / kKeys * kKeys;
    const unsigned from = begin + blockIdx.z * span;
    const unsigned stop = min(end, from + span);

    Queries<kWidth> queries;
    loadQueries(call, rows, queries);
    State<kWidth> state{};
    state.largest[0] = state.largest[1] = -INFINITY;
    for (unsigned first = from + (kAlone ? 0 : warp * kKeys); first < stop; first += kKeys * (kAlone ? 1 : kWarps))
        addKeys(call, kvHead, rows, queries, first, stop, state);
    for (int r = 0; r < 2; ++r)
        state.sum[r] = quadSum(state.sum[r]);

    const unsigned quad = lane % 4;
    if constexpr (kAlone) {
#pragma unroll
        for (int r = 0; r < 2; ++r) {
            if (firstRow + lane / 4 + r * 8 >= count)
                continue;
#pragma unroll
            for (int i = 0; i < kWidth / 8; ++i)
#pragma unroll
                for (int c = 0; c < 2; ++c)
                    storeRow(call, splits, rows[r], i / 8 * 64 + (quad * 2 + c) * 8 + i % 8, state.out[i][r * 2 + c], state.largest[r],
                             state.sum[r]);
            if (splits.count > 1 && quad == 0)
                storePartEnd(call, splits, rows[r], state.largest[r], state.sum[r]);
        }
    } else {
#pragma unroll
        for (int r = 0; r < 2; ++r) {
            const unsigned row = lane / 4 + r * 8;
#pragma unroll
            for (int i = 0; i < kWidth / 8; ++i)
#pragma unroll
                for (int c = 0; c < 2; ++c)
                    parts[warp][row][i / 8 * 64 + (quad * 2 + c) * 8 + i % 8] = state.out[i][r * 2 + c];
            if (quad == 0) {
                largests[warp][row] = state.largest[r];
                sums[warp][row] = state.sum[r];
            }
        }
        __syncthreads();
        for (unsigned i = threadIdx.x; i < kRows * kWidth; i += kWarps * 32) {
            const unsigned row = i / kWidth;
            const unsigned value = i % kWidth;
            if (firstRow + row >= count)
                break;
            float largest = -INFINITY;
            for (unsigned w = 0; w < kWarps; ++w)
                largest = fmaxf(largest, largests[w][row]);
            float x = 0.0F;
            float sum = 0.0F;
            for (unsigned w = 0; w < kWarps; ++w) {
                const float share = sums[w][row] > 0.0F ? __expf(largests[w][row] - largest) : 0.0F; // a warp without a key has -inf
                x += parts[w][row][value] * share;
                sum += sums[w][row] * share;
            }
            const Row whole = rowAt(call, kvHead, firstRow + row);
            storeRow(call, splits, whole, value, x, largest, sum);
            if (splits.count > 1 && value == 0)
                storePartEnd(call, splits, whole, largest, sum);
        }
    }
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
    return splits.count > 1 ? launchJoinSplits(call, splits, kernels) : cudaSuccess;
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

} // namespace conclave::kernels
