// Many tokens: products on tensor cores. Weights are expanded to halves in shared memory, a tile at a time; a token becomes halves once,
// scaled so that its largest value is 1 (nothing overflows); sums are float32. The experts' products take their tokens through a list that
// is sorted on the card.
#include "kernels/cuda/chunks.cuh"
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/dequantise.h"
#include "kernels/cuda/types.cuh"

#include <cuda_fp16.h>
#include <mma.h>

namespace conclave::kernels
{

namespace
{

using namespace cuda;

constexpr unsigned kTile = kPrefillTile; ///< rows, and tokens, of a block
constexpr unsigned kStep = 64;           ///< values of a row taken at a time
constexpr unsigned kPitch = kStep + 8;
constexpr unsigned kThreads = 256;

/// A block a token.
__global__ void __launch_bounds__(kThreads) toHalves(const char *in, std::uint64_t stride, unsigned width, HalfTokens to)
{
    __shared__ float partial[kThreads / 32];
    const auto *x = reinterpret_cast<const float *>(in + blockIdx.x * stride);
    float most = 0.0F;
    for (unsigned i = threadIdx.x; i < width; i += kThreads)
        most = fmaxf(most, fabsf(x[i]));
    for (int distance = 16; distance > 0; distance /= 2)
        most = fmaxf(most, __shfl_xor_sync(0xFFFFFFFFU, most, distance));
    if (threadIdx.x % 32 == 0)
        partial[threadIdx.x / 32] = most;
    __syncthreads();
    for (const float other : partial)
        most = fmaxf(most, other);
    const float factor = most > 0.0F ? 1.0F / most : 0.0F;
    __half *halves = reinterpret_cast<__half *>(to.values) + std::size_t{blockIdx.x} * to.pitch;
    for (unsigned i = threadIdx.x; i < to.pitch; i += kThreads)
        halves[i] = __float2half_rn(i < width ? x[i] * factor : 0.0F);
    if (threadIdx.x == 0)
        reinterpret_cast<float *>(to.scales)[blockIdx.x] = most;
}

/// 32 values of a row as halves, 64 bytes at a multiple of 16. fetch() reads what it can ahead of time.
template <DType type>
struct Expander
{
    const unsigned char *row;
    unsigned group, width;

    __device__ void fetch(const unsigned char *from, unsigned step, unsigned part, unsigned length)
    {
        row = from;
        group = step * 2 + part;
        width = length;
    }
    __device__ void expand(__half *line, unsigned part) const
    {
        __half2 pairs[16];
        if (group * 32 < width) {
            float v[32];
            Group<type>::expand(row, group, width, v);
#pragma unroll
            for (int i = 0; i < 16; ++i)
                pairs[i] = __floats2half2_rn(v[i * 2], v[i * 2 + 1]);
        } else {
#pragma unroll
            for (__half2 &pair : pairs)
                pair = __floats2half2_rn(0.0F, 0.0F);
        }
        auto *to = reinterpret_cast<uint4 *>(line + part * 32);
#pragma unroll
        for (int i = 0; i < 4; ++i)
            to[i] = reinterpret_cast<const uint4 *>(pairs)[i];
    }
};

/// Four nibbles, one a byte of `bytes`, times scale plus `low`.
__device__ uint2 fourHalves(unsigned bytes, __half2 scale, __half2 low)
{
    const unsigned first = __byte_perm(bytes, 0x64646464U, 0x4140); // 0x64nn is 1024 + nn
    const unsigned second = __byte_perm(bytes, 0x64646464U, 0x4342);
    const __half2 offset = __floats2half2_rn(1024.0F, 1024.0F);
    const __half2 a = __hfma2(__hsub2(*reinterpret_cast<const __half2 *>(&first), offset), scale, low);
    const __half2 b = __hfma2(__hsub2(*reinterpret_cast<const __half2 *>(&second), offset), scale, low);
    return make_uint2(*reinterpret_cast<const unsigned *>(&a), *reinterpret_cast<const unsigned *>(&b));
}

/// Q4_K with rows at multiples of 16 bytes: the next step's bytes travel to registers while this step multiplies.
struct AlignedQ4K
{
    uint4 head, nibbles;
    unsigned pair;

    __device__ void fetch(const unsigned char *row, unsigned step, unsigned part, unsigned)
    {
        const auto *block = reinterpret_cast<const uint4 *>(row) + step / 4 * 9;
        head = __ldg(block);
        nibbles = __ldg(block + 1 + step % 4 * 2 + part);
        pair = step % 4;
    }
    __device__ void expand(__half *line, unsigned part) const
    {
        unsigned scales;
        unsigned minima;
        q4Scales(head, pair, scales, minima);
        const float d = halfFloat(head.x);
        const float least = -halfFloat(head.x >> 16);
#pragma unroll
        for (int side = 0; side < 2; ++side) { // low nibbles, then high ones
            const __half2 scale = __float2half2_rn(d * byteFloat(scales, side));
            const __half2 low = __float2half2_rn(least * byteFloat(minima, side));
            const uint4 bytes = nibblesOf(nibbles, side * 4);
            const uint2 a = fourHalves(bytes.x, scale, low);
            const uint2 b = fourHalves(bytes.y, scale, low);
            const uint2 c = fourHalves(bytes.z, scale, low);
            const uint2 e = fourHalves(bytes.w, scale, low);
            auto *to = reinterpret_cast<uint4 *>(line + side * 32 + part * 16);
            to[0] = make_uint4(a.x, a.y, b.x, b.y);
            to[1] = make_uint4(c.x, c.y, e.x, e.y);
        }
    }
};

/// Tokens of a block: all in order, for a matmul; or, with `tiles`, those of one expert, whose products go to rows of their own, [slots,
/// rows].
struct TileTokens
{
    MatmulCall call; ///< of which, with tiles, only weight, strides and sizes count
    const ExpertTile *tiles;
    const unsigned *slots;
    unsigned perSource;  ///< slots a source row has: most, or 1
    unsigned expertRows; ///< rows of weights from one expert to the next
    float *products;

    __device__ unsigned count(unsigned tile) const { return tiles != nullptr ? tiles[tile].count : min(kTile, call.tokens - tile * kTile); }
    __device__ std::uint64_t firstRow(unsigned tile) const { return tiles != nullptr ? std::uint64_t{tiles[tile].expert} * expertRows : 0; }
    __device__ unsigned slot(unsigned tile, unsigned i) const { return tiles != nullptr ? slots[tiles[tile].first + i] : tile * kTile + i; }
    __device__ unsigned source(unsigned tile, unsigned i) const { return slot(tile, i) / perSource; }
    __device__ void store(unsigned tile, unsigned i, unsigned row, float sum) const
    {
        if (tiles != nullptr)
            products[std::size_t{slot(tile, i)} * call.rows + row] = sum;
        else
            storeProduct(call, tile * kTile + i, row, sum);
    }
};

/// Eight warps, each 32 tokens x 64 rows.
template <class Expand>
__global__ void __launch_bounds__(kThreads, 2) gemm(TileTokens tokens, HalfTokens halves)
{
    using namespace nvcuda;
    __shared__ __align__(32) __half xs[kTile * kPitch];
    __shared__ __align__(32) __half ws[kTile * kPitch];
    const unsigned rows = tokens.call.rows;
    const unsigned width = tokens.call.width;
    const unsigned count = tokens.count(blockIdx.y);
    if (count == 0)
        return;
    const unsigned warp = threadIdx.x / 32;
    const unsigned token0 = warp % 4 * 32;
    const unsigned row0 = warp / 4 * 64;
    const unsigned line = threadIdx.x / 2;
    const unsigned part = threadIdx.x % 2;
    const unsigned char *weights = reinterpret_cast<const unsigned char *>(tokens.call.weight) +
                                   (tokens.firstRow(blockIdx.y) + min(blockIdx.x * kTile + line, rows - 1)) * tokens.call.weightStride;
    const unsigned source = tokens.source(blockIdx.y, min(line, count - 1));
    const auto *x =
        reinterpret_cast<const uint4 *>(reinterpret_cast<const __half *>(halves.values) + std::size_t{source} * halves.pitch) + part * 4;
    wmma::fragment<wmma::accumulator, 16, 16, 16, float> sums[2][4];
#pragma unroll
    for (auto &some : sums)
#pragma unroll
        for (auto &sum : some)
            wmma::fill_fragment(sum, 0.0F);

    const unsigned steps = halves.pitch / kStep;
    Expand next;
    next.fetch(weights, 0, part, width);
    uint4 values[4];
#pragma unroll
    for (unsigned i = 0; i < 4; ++i)
        values[i] = __ldg(x + i);
    for (unsigned step = 0; step < steps; ++step) {
        __syncthreads(); // the last step's products are done
#pragma unroll
        for (unsigned i = 0; i < 4; ++i)
            reinterpret_cast<uint4 *>(xs + line * kPitch + part * 32)[i] = values[i];
        next.expand(ws + line * kPitch, part);
        __syncthreads();
        if (step + 1 < steps) {
            next.fetch(weights, step + 1, part, width);
#pragma unroll
            for (unsigned i = 0; i < 4; ++i)
                values[i] = __ldg(x + (step + 1) * (kStep / 8) + i);
        }
#pragma unroll
        for (unsigned k = 0; k < kStep; k += 16) {
            wmma::fragment<wmma::matrix_a, 16, 16, 16, __half, wmma::row_major> a[2];
            wmma::fragment<wmma::matrix_b, 16, 16, 16, __half, wmma::col_major> b;
#pragma unroll
            for (unsigned i = 0; i < 2; ++i)
                wmma::load_matrix_sync(a[i], xs + (token0 + i * 16) * kPitch + k, kPitch);
#pragma unroll
            for (unsigned j = 0; j < 4; ++j) {
                wmma::load_matrix_sync(b, ws + (row0 + j * 16) * kPitch + k, kPitch);
#pragma unroll
                for (unsigned i = 0; i < 2; ++i)
                    wmma::mma_sync(sums[i][j], a[i], b, sums[i][j]);
            }
        }
    }
    __syncthreads(); // xs becomes each warp's place to take a fragment apart
    auto *place = reinterpret_cast<float *>(xs) + warp * 256;
    const unsigned lane = threadIdx.x % 32;
#pragma unroll
    for (unsigned i = 0; i < 2; ++i)
#pragma unroll
        for (unsigned j = 0; j < 4; ++j) {
            wmma::store_matrix_sync(place, sums[i][j], 16, wmma::mem_row_major);
            __syncwarp();
            for (unsigned at = lane; at < 256; at += 32) {
                const unsigned token = token0 + i * 16 + at / 16;
                const unsigned row = blockIdx.x * kTile + row0 + j * 16 + at % 16;
                if (token < count && row < rows)
                    tokens.store(blockIdx.y, token, row,
                                 place[at] * reinterpret_cast<const float *>(halves.scales)[tokens.source(blockIdx.y, token)]);
            }
            __syncwarp();
        }
}

/// Sorts the slots [T * most] by expert and cuts them into tiles. One block.
__global__ void __launch_bounds__(1024)
    sortSlots(DeviceAddress experts, std::uint32_t stride, unsigned tokens, unsigned most, unsigned count, ExpertOrder order)
{
    __shared__ unsigned counts[kMostExperts];
    __shared__ unsigned places[kMostExperts];
    auto *tiles = reinterpret_cast<ExpertTile *>(order.tiles);
    auto *slots = reinterpret_cast<unsigned *>(order.slots);
    for (unsigned e = threadIdx.x; e < count; e += blockDim.x)
        counts[e] = 0;
    for (unsigned i = threadIdx.x; i < order.mostTiles; i += blockDim.x)
        tiles[i] = {0, 0, 0, 0};
    __syncthreads();
    for (unsigned slot = threadIdx.x; slot < tokens * most; slot += blockDim.x)
        if (const unsigned expert = expertOf(experts, stride, slot / most, slot % most); expert < count)
            atomicAdd(&counts[expert], 1U);
    __syncthreads();
    if (threadIdx.x == 0) {
        unsigned place = 0;
        unsigned tile = 0;
        for (unsigned e = 0; e < count; ++e) {
            places[e] = place;
            for (unsigned done = 0; done < counts[e]; done += kTile)
                tiles[tile++] = {e, place + done, min(kTile, counts[e] - done), 0};
            place += counts[e];
        }
    }
    __syncthreads();
    for (unsigned slot = threadIdx.x; slot < tokens * most; slot += blockDim.x)
        if (const unsigned expert = expertOf(experts, stride, slot / most, slot % most); expert < count)
            slots[atomicAdd(&places[expert], 1U)] = slot;
}

/// hidden holds up, and becomes act(gate) * up.
__global__ void joinGate(ExpertsHiddenCall call, const float *gate)
{
    const unsigned slot = blockIdx.y;
    const unsigned row = threadIndex();
    if (row >= call.rows)
        return;
    const unsigned expert = expertOf(call.experts, call.expertsStride, slot / call.most, slot % call.most);
    const std::size_t at = std::size_t{slot} * call.rows + row;
    float *hidden = reinterpret_cast<float *>(call.hidden) + at;
    *hidden = expert < call.count ? hiddenValue(call, std::uint64_t{expert} * call.rows + row, gate[at], *hidden) : 0.0F;
}

__global__ void joinExperts(ExpertsOutCall call, const float *products)
{
    const unsigned token = blockIdx.y;
    const unsigned row = threadIndex();
    if (row >= call.rows)
        return;
    float sum = downBiases(call, token, row);
    for (unsigned j = 0; j < call.most; ++j)
        if (expertOf(call.experts, call.expertsStride, token, j) < call.count)
            sum += floats(call.weights, token, call.weightsStride)[j] * products[(std::size_t{token} * call.most + j) * call.rows + row];
    writableFloats(call.out, token, call.outStride)[row] += sum;
}

template <class Expand>
cudaError_t start(const TileTokens &tokens, unsigned tiles, const HalfTokens &halves, KernelList &kernels)
{
    kernels.add(gemm<Expand>, dim3((tokens.call.rows + kTile - 1) / kTile, tiles), kThreads, tokens, halves);
    return cudaSuccess;
}

/// F32 is left out: these weights are meant. Q4_K rows lie at multiples of 16 bytes.
cudaError_t startGemm(DType type, const TileTokens &tokens, unsigned tiles, const HalfTokens &halves, KernelList &kernels)
{
    switch (type) {
    case DType::kF16:
        return start<Expander<DType::kF16>>(tokens, tiles, halves, kernels);
    case DType::kBF16:
        return start<Expander<DType::kBF16>>(tokens, tiles, halves, kernels);
    case DType::kQ8_0:
        return start<Expander<DType::kQ8_0>>(tokens, tiles, halves, kernels);
    case DType::kQ4_0:
        return start<Expander<DType::kQ4_0>>(tokens, tiles, halves, kernels);
    case DType::kQ4_K:
        return start<AlignedQ4K>(tokens, tiles, halves, kernels);
    case DType::kQ6_K:
        return start<Expander<DType::kQ6_K>>(tokens, tiles, halves, kernels);
    default:
        return cudaErrorNotSupported;
    }
}

/// The product of every slot with its expert's rows.
TileTokens expertTokens(DeviceAddress weight, std::uint64_t stride, unsigned expertRows, unsigned rows, unsigned width,
                        const ExpertOrder &order, unsigned perSource, DeviceAddress products)
{
    TileTokens tokens{};
    tokens.call.weight = weight;
    tokens.call.weightStride = stride;
    tokens.call.rows = rows;
    tokens.call.width = width;
    tokens.tiles = reinterpret_cast<const ExpertTile *>(order.tiles);
    tokens.slots = reinterpret_cast<const unsigned *>(order.slots);
    tokens.perSource = perSource;
    tokens.expertRows = expertRows;
    tokens.products = reinterpret_cast<float *>(products);
    return tokens;
}

} // namespace

cudaError_t launchToHalves(DeviceAddress in, std::uint64_t stride, std::uint32_t tokens, std::uint32_t width, const HalfTokens &to,
                           KernelList &kernels)
{
    kernels.add(toHalves, tokens, kThreads, reinterpret_cast<const char *>(in), stride, width, to);
    return cudaSuccess;
}

cudaError_t launchPrefill(const MatmulCall &call, DType type, const HalfTokens &halves, KernelList &kernels)
{
    TileTokens tokens{};
    tokens.call = call;
    tokens.perSource = 1;
    return startGemm(type, tokens, (call.tokens + kTile - 1) / kTile, halves, kernels);
}

cudaError_t launchSortSlots(DeviceAddress experts, std::uint32_t stride, std::uint32_t tokens, std::uint32_t most, std::uint32_t count,
                            const ExpertOrder &order, KernelList &kernels)
{
    kernels.add(sortSlots, 1, 1024, experts, stride, tokens, most, count, order);
    return cudaSuccess;
}

cudaError_t launchPrefillHidden(const ExpertsHiddenCall &call, DType type, const HalfTokens &halves, const ExpertOrder &order,
                                DeviceAddress gateProducts, KernelList &kernels)
{
    const auto product = [&](DeviceAddress weight, std::uint64_t stride, DeviceAddress out) {
        return startGemm(type, expertTokens(weight, stride, call.expertRows, call.rows, call.width, order, call.most, out), order.mostTiles,
                         halves, kernels);
    };
    if (const cudaError_t error = product(call.gate, call.gateStride, gateProducts); error != cudaSuccess)
        return error;
    if (const cudaError_t error = product(call.up, call.upStride, call.hidden); error != cudaSuccess)
        return error;
    kernels.add(joinGate, dim3((call.rows + 255) / 256, call.tokens * call.most), 256, call, reinterpret_cast<const float *>(gateProducts));
    return cudaSuccess;
}

cudaError_t launchPrefillOut(const ExpertsOutCall &call, DType type, const HalfTokens &halves, const ExpertOrder &order,
                             DeviceAddress products, KernelList &kernels)
{
    const cudaError_t error =
        startGemm(type, expertTokens(call.down, call.downStride, call.rows, call.rows, call.width, order, 1, products), order.mostTiles,
                  halves, kernels);
    if (error != cudaSuccess)
        return error;
    kernels.add(joinExperts, dim3((call.rows + 255) / 256, call.tokens), 256, call, reinterpret_cast<const float *>(products));
    return cudaSuccess;
}

} // namespace conclave::kernels
