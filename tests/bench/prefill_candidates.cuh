#pragma once

#include "tests/bench/decode_candidates.cuh"

#include <cuda_fp16.h>
#include <mma.h>

/// Ways to multiply a quantised matrix with many tokens on tensor cores, to be measured on a card (bench_cuda).
namespace conclave::bench
{

struct GemmCall
{
    const unsigned char *weight; ///< [rows, width] Q4_K, rows at multiples of 16 bytes
    std::uint64_t stride;
    const half *x; ///< [tokens, width]
    float *out;    ///< [tokens, rows]
    unsigned rows, width, tokens;
};

inline constexpr unsigned kTile = 128; ///< rows, and tokens, of a block; both counts must be multiples
inline constexpr unsigned kStep = 64;  ///< values of a row taken at a time: two groups of a Q4_K block
inline constexpr unsigned kPitch = kStep + 8;

__global__ void toHalves(const float *x, half *to, std::size_t count)
{
    const std::size_t i = blockIdx.x * std::size_t{blockDim.x} + threadIdx.x;
    if (i < count)
        to[i] = __float2half_rn(x[i]);
}

/// Four nibbles, one a byte of `bytes`, times scale plus `low`, to `to` (8 bytes).
__device__ inline uint2 fourHalves(unsigned bytes, half2 scale, half2 low)
{
    const unsigned first = __byte_perm(bytes, 0x64646464U, 0x4140); // 0x64nn is 1024 + nn
    const unsigned second = __byte_perm(bytes, 0x64646464U, 0x4342);
    const half2 offset = __floats2half2_rn(1024.0F, 1024.0F);
    const half2 a = __hfma2(__hsub2(*reinterpret_cast<const half2 *>(&first), offset), scale, low);
    const half2 b = __hfma2(__hsub2(*reinterpret_cast<const half2 *>(&second), offset), scale, low);
    return make_uint2(*reinterpret_cast<const unsigned *>(&a), *reinterpret_cast<const unsigned *>(&b));
}

/// Eight warps, each 32 tokens x 64 rows. The next step's bytes travel to registers while this step multiplies.
__global__ void __launch_bounds__(256, 2) gemmQ4K(GemmCall call)
{
    using namespace nvcuda;
    __shared__ __align__(32) half xs[kTile * kPitch];
    __shared__ __align__(32) half ws[kTile * kPitch];
    const unsigned warp = threadIdx.x / 32;
    const unsigned token0 = warp % 4 * 32;
    const unsigned row0 = warp / 4 * 64;
    const unsigned line = threadIdx.x / 2;
    const unsigned part = threadIdx.x % 2;
    const auto *weights = reinterpret_cast<const uint4 *>(call.weight + (blockIdx.x * kTile + line) * call.stride);
    const auto *x = reinterpret_cast<const uint4 *>(call.x + std::size_t{blockIdx.y * kTile + line} * call.width) + part * 4;
    wmma::fragment<wmma::accumulator, 16, 16, 16, float> sums[2][4];
#pragma unroll
    for (auto &tokens : sums)
#pragma unroll
        for (auto &sum : tokens)
            wmma::fill_fragment(sum, 0.0F);

    const unsigned steps = call.width / kStep;
    uint4 head = __ldg(weights);
    uint4 nibbles = __ldg(weights + 1 + part);
    uint4 values[4];
#pragma unroll
    for (unsigned i = 0; i < 4; ++i)
        values[i] = __ldg(x + i);
    for (unsigned step = 0; step < steps; ++step) {
        unsigned scales;
        unsigned minima;
        q4Scales(head, step % 4, scales, minima);
        const float d = halfFloat(head.x);
        const float least = -halfFloat(head.x >> 16);
        __syncthreads(); // the last step's products are done
#pragma unroll
        for (unsigned i = 0; i < 4; ++i)
            reinterpret_cast<uint4 *>(xs + line * kPitch + part * 32)[i] = values[i];
#pragma unroll
        for (int side = 0; side < 2; ++side) { // low nibbles, then high ones
            const half2 scale = __float2half2_rn(d * byteFloat(scales, side));
            const half2 low = __float2half2_rn(least * byteFloat(minima, side));
            const uint4 bytes = lowNibbles(nibbles, side * 4);
            const uint2 a = fourHalves(bytes.x, scale, low);
            const uint2 b = fourHalves(bytes.y, scale, low);
            const uint2 c = fourHalves(bytes.z, scale, low);
            const uint2 e = fourHalves(bytes.w, scale, low);
            auto *to = reinterpret_cast<uint4 *>(ws + line * kPitch + side * 32 + part * 16);
            to[0] = make_uint4(a.x, a.y, b.x, b.y);
            to[1] = make_uint4(c.x, c.y, e.x, e.y);
        }
        __syncthreads();
        if (step + 1 < steps) {
            const unsigned next = step + 1;
            head = __ldg(weights + next / 4 * 9);
            nibbles = __ldg(weights + next / 4 * 9 + 1 + next % 4 * 2 + part);
#pragma unroll
            for (unsigned i = 0; i < 4; ++i)
                values[i] = __ldg(x + next * (kStep / 8) + i);
        }
#pragma unroll
        for (unsigned k = 0; k < kStep; k += 16) {
            wmma::fragment<wmma::matrix_a, 16, 16, 16, half, wmma::row_major> a[2];
            wmma::fragment<wmma::matrix_b, 16, 16, 16, half, wmma::col_major> b;
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
#pragma unroll
    for (unsigned i = 0; i < 2; ++i)
#pragma unroll
        for (unsigned j = 0; j < 4; ++j)
            wmma::store_matrix_sync(call.out + std::size_t{blockIdx.y * kTile + token0 + i * 16} * call.rows + blockIdx.x * kTile + row0 +
                                        j * 16,
                                    sums[i][j], call.rows, wmma::mem_row_major);
}

} // namespace conclave::bench
