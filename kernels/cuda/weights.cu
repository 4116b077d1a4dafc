// The ops that read weights: embedRows and matmul. One instance of each kernel a weight type.
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/dequantise.h"
#include "kernels/cuda/types.cuh"

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
    storeProduct(call, first + threadIdx.x, row, sum);
}

/// A lane's part of a row's product with one token: every 32nd group of 32.
template <DType type>
__device__ float partOfProduct(const unsigned char *weights, const float *x, unsigned width)
{
    float sum = 0.0F;
    for (unsigned group = threadIdx.x; group * 32 < width; group += 32) {
        float v[32];
        Group<type>::expand(weights, group, width, v);
        const unsigned used = min(32U, width - group * 32);
#pragma unroll
        for (unsigned i = 0; i < 32; ++i)
            if (i < used)
                sum += v[i] * x[group * 32 + i];
    }
    return sum;
}

/// The experts' products in float32 and at any address: a warp a row and slot.
template <DType type>
__global__ void plainExpertsHidden(ExpertsHiddenCall call)
{
    const unsigned row = blockIdx.x;
    const unsigned token = blockIdx.y / call.most;
    const unsigned expert = expertOf(call.experts, call.expertsStride, token, blockIdx.y % call.most);
    float value = 0.0F;
    if (expert < call.count) {
        const std::uint64_t index = std::uint64_t{expert} * call.rows + row; // of the biases
        const std::uint64_t weights = std::uint64_t{expert} * call.expertRows + row;
        const float *x = floats(call.in, token, call.inStride);
        const auto *gateRow = reinterpret_cast<const unsigned char *>(call.gate + weights * call.gateStride);
        const auto *upRow = reinterpret_cast<const unsigned char *>(call.up + weights * call.upStride);
        const float gate = warpSum(partOfProduct<type>(gateRow, x, call.width));
        const float up = warpSum(partOfProduct<type>(upRow, x, call.width));
        value = hiddenValue(call, index, gate, up);
    }
    if (threadIdx.x == 0)
        reinterpret_cast<float *>(call.hidden)[std::size_t{blockIdx.y} * call.rows + row] = value;
}

/// A warp a row and token.
template <DType type>
__global__ void plainExpertsOut(ExpertsOutCall call)
{
    const unsigned row = blockIdx.x;
    const unsigned token = blockIdx.y;
    float sum = 0.0F;
    for (unsigned j = 0; j < call.most; ++j) {
        const unsigned expert = expertOf(call.experts, call.expertsStride, token, j);
        if (expert >= call.count)
            continue;
        const auto *weights =
            reinterpret_cast<const unsigned char *>(call.down + (std::uint64_t{expert} * call.rows + row) * call.downStride);
        const float *x = reinterpret_cast<const float *>(call.hidden) + (std::size_t{token} * call.most + j) * call.width;
        sum += floats(call.weights, token, call.weightsStride)[j] * partOfProduct<type>(weights, x, call.width);
    }
    sum = warpSum(sum);
    if (threadIdx.x == 0)
        writableFloats(call.out, token, call.outStride)[row] += sum + downBiases(call, token, row);
}

struct StartPlainExpertsHidden
{
    const ExpertsHiddenCall &call;
    KernelList &kernels;

    template <DType type>
    cudaError_t operator()() const
    {
        kernels.add(plainExpertsHidden<type>, dim3(call.rows, call.tokens * call.most), 32, call);
        return cudaSuccess;
    }
};

struct StartPlainExpertsOut
{
    const ExpertsOutCall &call;
    KernelList &kernels;

    template <DType type>
    cudaError_t operator()() const
    {
        kernels.add(plainExpertsOut<type>, dim3(call.rows, call.tokens), 32, call);
        return cudaSuccess;
    }
};

struct StartEmbedRows
{
    const EmbedCall &call;
    std::uint32_t groups;
    KernelList &kernels;

    template <DType type>
    cudaError_t operator()() const
    {
        kernels.add(embedRows<type>, groups, kGroupThreads, call);
        return cudaSuccess;
    }
};

struct StartMatmul
{
    const MatmulCall &call;
    std::uint32_t tiles;
    KernelList &kernels;

    template <DType type>
    cudaError_t operator()() const
    {
        kernels.add(matmul<type>, dim3(call.rows, tiles), kMatmulThreads, call);
        return cudaSuccess;
    }
};

} // namespace

cudaError_t launchEmbedRows(const EmbedCall &call, DType type, std::uint32_t groups, KernelList &kernels)
{
    return forType(type, cudaErrorNotSupported, StartEmbedRows{call, groups, kernels});
}

cudaError_t launchMatmul(const MatmulCall &call, DType type, std::uint32_t tiles, KernelList &kernels)
{
    return forType(type, cudaErrorNotSupported, StartMatmul{call, tiles, kernels});
}

cudaError_t launchPlainExpertsHidden(const ExpertsHiddenCall &call, DType type, KernelList &kernels)
{
    return forType(type, cudaErrorNotSupported, StartPlainExpertsHidden{call, kernels});
}

cudaError_t launchPlainExpertsOut(const ExpertsOutCall &call, DType type, KernelList &kernels)
{
    return forType(type, cudaErrorNotSupported, StartPlainExpertsOut{call, kernels});
}

} // namespace conclave::kernels
