// Many tokens times F32 weights, in float32: routers' products. A block computes 64 x 64 values from tiles in shared memory, a thread 4
// x 4.
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/types.cuh"

namespace conclave::kernels
{

namespace
{

using namespace cuda;

constexpr unsigned kTile = 64;
constexpr unsigned kStep = 16; ///< values of a row taken at a time
constexpr unsigned kThreads = 256;
constexpr unsigned kPitch = kTile + 4;

/// Four values of a row from `at` on; 0 beyond its end.
__device__ float4 fourOf(DeviceAddress base, std::uint64_t stride, unsigned row, unsigned rows, unsigned at, unsigned width)
{
    if (row >= rows || at >= width)
        return make_float4(0.0F, 0.0F, 0.0F, 0.0F);
    return *reinterpret_cast<const float4 *>(base + row * stride + std::uint64_t{at} * 4);
}

/// A tile lies column by column of the product's depth.
__device__ void place(float (&tile)[kStep][kPitch], unsigned depth, unsigned line, float4 v)
{
    tile[depth][line] = v.x;
    tile[depth + 1][line] = v.y;
    tile[depth + 2][line] = v.z;
    tile[depth + 3][line] = v.w;
}

__global__ void __launch_bounds__(kThreads) floatGemm(MatmulCall call)
{
    __shared__ __align__(16) float xs[kStep][kPitch];
    __shared__ __align__(16) float ws[kStep][kPitch];
    const unsigned firstRow = blockIdx.x * kTile;
    const unsigned firstToken = blockIdx.y * kTile;
    const unsigned line = threadIdx.x / 4; // that this thread brings
    const unsigned depth = threadIdx.x % 4 * 4;
    const unsigned row0 = threadIdx.x % 16 * 4; // of the values that it computes
    const unsigned token0 = threadIdx.x / 16 * 4;
    float sums[4][4] = {}; // [token][row]
    float4 x = fourOf(call.in, call.inStride, firstToken + line, call.tokens, depth, call.width);
    float4 w = fourOf(call.weight, call.weightStride, firstRow + line, call.rows, depth, call.width);
    for (unsigned k = 0; k < call.width; k += kStep) {
        place(xs, depth, line, x);
        place(ws, depth, line, w);
        __syncthreads();
        x = fourOf(call.in, call.inStride, firstToken + line, call.tokens, k + kStep + depth, call.width);
        w = fourOf(call.weight, call.weightStride, firstRow + line, call.rows, k + kStep + depth, call.width);
#pragma unroll
        for (unsigned d = 0; d < kStep; ++d) {
            const float4 a = *reinterpret_cast<const float4 *>(&xs[d][token0]);
            const float4 b = *reinterpret_cast<const float4 *>(&ws[d][row0]);
            const float tokens[4] = {a.x, a.y, a.z, a.w};
            const float rows[4] = {b.x, b.y, b.z, b.w};
#pragma unroll
            for (int t = 0; t < 4; ++t)
#pragma unroll
                for (int r = 0; r < 4; ++r)
                    sums[t][r] += tokens[t] * rows[r];
        }
        __syncthreads();
    }
#pragma unroll
    for (int t = 0; t < 4; ++t)
#pragma unroll
        for (int r = 0; r < 4; ++r)
            if (firstToken + token0 + t < call.tokens && firstRow + row0 + r < call.rows)
                storeProduct(call, firstToken + token0 + t, firstRow + row0 + r, sums[t][r]);
}

} // namespace

bool fitsFloatGemm(const MatmulCall &call)
{
    const std::uint64_t all = call.in | call.weight | call.inStride | call.weightStride;
    return all % 16 == 0 && call.width % 4 == 0 && call.tokens / kTile < 65535;
}

cudaError_t launchFloatGemm(const MatmulCall &call, KernelList &kernels)
{
    kernels.add(floatGemm, dim3((call.rows + kTile - 1) / kTile, (call.tokens + kTile - 1) / kTile), kThreads, call);
    return cudaSuccess;
}

} // namespace conclave::kernels
