// The ops that read weights: embedRows and matmul. One instance of each kernel a weight type.
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/dequantise.h"
#include "kernels/cuda/device_code.cuh"

namespace conclave::kernels
{

namespace
{

using namespace cuda;

/// A thread expands 32 values.
template <DType type>
__global__ void embedRows(EmbedCall call)
{
    const std::uint32_t groups = (call.width + 31) / 32;
    const std::uint32_t token = threadIndex() / groups;
    if (token >= call.tokens)
        return;
    const std::uint32_t group = threadIndex() % groups;
    const std::uint32_t id = reinterpret_cast<const std::uint32_t *>(call.ids)[token];
    float v[32];
    Group<type>::expand(reinterpret_cast<const unsigned char *>(call.table + id * call.tableStride), group, call.width, v);
    float *to = writableFloats(call.out, token, call.outStride) + group * 32;
#pragma unroll
    for (std::uint32_t i = 0; i < 32; ++i)
        if (group * 32 + i < call.width)
            to[i] = v[i];
}

/// A warp computes one row of W for up to 8 tokens: each lane expands every 32nd group of 32 weights once and multiplies it with all
/// the tokens. Groups follow each other in memory, so a warp reads one stretch of the row.
template <DType type>
__global__ void matmul(MatmulCall call)
{
    const std::uint32_t row = blockIdx.x;
    const std::uint32_t first = blockIdx.y * kMatmulTokens;
    const std::uint32_t count = min(kMatmulTokens, call.tokens - first);
    const auto *weights = reinterpret_cast<const unsigned char *>(call.weight + row * call.weightStride);
    float sums[kMatmulTokens] = {};
    for (std::uint32_t group = threadIdx.x; group * 32 < call.width; group += 32) {
        float v[32];
        Group<type>::expand(weights, group, call.width, v);
        const std::uint32_t used = min(32U, call.width - group * 32);
#pragma unroll
        for (std::uint32_t t = 0; t < kMatmulTokens; ++t) {
            if (t >= count)
                continue;
            const float *x = floats(call.in, first + t, call.inStride) + group * 32;
#pragma unroll
            for (std::uint32_t i = 0; i < 32; ++i)
                if (i < used)
                    sums[t] += v[i] * x[i];
        }
    }
    float sum = 0.0F; // lane t keeps token t's
#pragma unroll
    for (std::uint32_t t = 0; t < kMatmulTokens; ++t) {
        const float whole = warpSum(sums[t]);
        sum = threadIdx.x == t ? whole : sum;
    }
    if (threadIdx.x >= count)
        return;
    if (call.bias != 0)
        sum += reinterpret_cast<const float *>(call.bias)[row];
    sum = activate(call.activation, sum);
    float *to = writableFloats(call.out, first + threadIdx.x, call.outStride) + row;
    *to = call.accumulate != 0 ? *to + sum : sum;
}

/// Calls `start` with the type as a compile-time constant.
template <class Start>
cudaError_t forType(DType type, const Start &start)
{
    switch (type) {
    case DType::kF32:
        return start.template operator()<DType::kF32>();
    case DType::kF16:
        return start.template operator()<DType::kF16>();
    case DType::kBF16:
        return start.template operator()<DType::kBF16>();
    case DType::kQ8_0:
        return start.template operator()<DType::kQ8_0>();
    case DType::kQ4_0:
        return start.template operator()<DType::kQ4_0>();
    case DType::kQ4_K:
        return start.template operator()<DType::kQ4_K>();
    case DType::kQ6_K:
        return start.template operator()<DType::kQ6_K>();
    default: // AddressedQueue lets no other type through
        break;
    }
    return cudaErrorNotSupported;
}

struct StartEmbedRows
{
    const EmbedCall &call;
    std::uint32_t groups;
    cudaStream_t stream;

    template <DType type>
    cudaError_t operator()() const
    {
        embedRows<type><<<groups, kGroupThreads, 0, stream>>>(call);
        return cudaGetLastError();
    }
};

struct StartMatmul
{
    const MatmulCall &call;
    std::uint32_t tiles;
    cudaStream_t stream;

    template <DType type>
    cudaError_t operator()() const
    {
        matmul<type><<<dim3(call.rows, tiles), kMatmulThreads, 0, stream>>>(call);
        return cudaGetLastError();
    }
};

} // namespace

cudaError_t launchEmbedRows(const EmbedCall &call, DType type, std::uint32_t groups, cudaStream_t stream)
{
    return forType(type, StartEmbedRows{call, groups, stream});
}

cudaError_t launchMatmul(const MatmulCall &call, DType type, std::uint32_t tiles, cudaStream_t stream)
{
    return forType(type, StartMatmul{call, tiles, stream});
}

} // namespace conclave::kernels
