// One token, or a few: products bound by reading the weights. A warp takes whole rows; see chunks.cuh for what a lane takes.
#include "kernels/cuda/chunks.cuh"
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/types.cuh"

namespace conclave::kernels
{

namespace
{

using namespace cuda;

constexpr unsigned kWarps = 4; ///< of a block
constexpr unsigned kThreads = kWarps * 32;

/// To 8 bits in groups of 32, a warp a group.
__global__ void quantiseTokens(const char *in, std::uint64_t stride, unsigned tokens, unsigned width, QuantisedTokens to)
{
    const unsigned at = threadIndex(); // width is a multiple of 32: whole warps leave
    if (at >= tokens * width)
        return;
    const float value = reinterpret_cast<const float *>(in + at / width * stride)[at % width];
    float most = fabsf(value);
    for (int distance = 16; distance > 0; distance /= 2)
        most = fmaxf(most, __shfl_xor_sync(0xFFFFFFFFU, most, distance));
    const float step = most / 127.0F;
    const int rounded = step > 0.0F ? max(-127, min(127, __float2int_rn(value / step))) : 0;
    int sum = rounded;
    for (int distance = 8; distance > 0; distance /= 2)
        sum += __shfl_xor_sync(0xFFFFFFFFU, sum, distance);
    reinterpret_cast<std::int8_t *>(to.values)[at] = static_cast<std::int8_t>(rounded);
    if (at % 16 == 0)
        reinterpret_cast<float2 *>(to.runs)[at / 16] = make_float2(step, step * static_cast<float>(sum));
}

template <DType type>
__device__ TokenView viewOf(const QuantisedTokens &tokens, DeviceAddress in, std::uint64_t stride, unsigned token, unsigned width)
{
    if (Chunk<type>::kEightBits)
        return {reinterpret_cast<const std::int8_t *>(tokens.values) + std::size_t{token} * width,
                reinterpret_cast<const float2 *>(tokens.runs) + std::size_t{token} * (width / 16), nullptr};
    return {nullptr, nullptr, floats(in, token, stride)};
}

/// `kRows` rows a warp, a token for each layer of the grid.
template <DType type, int kRows>
__global__ void __launch_bounds__(kThreads) matvec(MatmulCall call, QuantisedTokens tokens)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned first = (blockIdx.x * kWarps + threadIdx.x / 32) * kRows;
    if (first >= call.rows)
        return;
    const TokenView x = viewOf<type>(tokens, call.in, call.inStride, blockIdx.y, call.width);
    const unsigned char *rows[kRows];
#pragma unroll
    for (int r = 0; r < kRows; ++r)
        rows[r] = reinterpret_cast<const unsigned char *>(call.weight) + std::uint64_t{min(first + r, call.rows - 1)} * call.weightStride;
    float sums[kRows] = {};
#pragma unroll 2
    for (unsigned chunk = lane; chunk < call.width / Chunk<type>::kValues; chunk += 32) {
        typename Chunk<type>::Weights weights[kRows];
#pragma unroll
        for (int r = 0; r < kRows; ++r)
            weights[r] = Chunk<type>::load(rows[r], chunk);
        const typename Chunk<type>::Token token = Chunk<type>::token(x, chunk);
#pragma unroll
        for (int r = 0; r < kRows; ++r)
            sums[r] += Chunk<type>::dot(weights[r], token);
    }
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
        const float sum = warpSum(sums[r]);
        if (lane == 0 && first + r < call.rows)
            storeProduct(call, blockIdx.y, first + r, sum);
    }
}

/// A warp computes one value of an expert's hidden layer for one token: two rows, gate and up. The grid's layers are [T, most].
template <DType type>
__global__ void __launch_bounds__(kThreads) expertsHidden(ExpertsHiddenCall call, QuantisedTokens tokens)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned row = blockIdx.x * kWarps + threadIdx.x / 32;
    if (row >= call.rows)
        return;
    const unsigned token = blockIdx.y / call.most;
    const unsigned expert = expertOf(call.experts, call.expertsStride, token, blockIdx.y % call.most);
    float *to = reinterpret_cast<float *>(call.hidden) + std::size_t{blockIdx.y} * call.rows + row;
    if (expert >= call.count) {
        if (lane == 0)
            *to = 0.0F;
        return;
    }
    const TokenView x = viewOf<type>(tokens, call.in, call.inStride, token, call.width);
    const std::uint64_t index = std::uint64_t{expert} * call.rows + row; // of the biases
    const std::uint64_t weights = std::uint64_t{expert} * call.expertRows + row;
    const auto *gateRow = reinterpret_cast<const unsigned char *>(call.gate) + weights * call.gateStride;
    const auto *upRow = reinterpret_cast<const unsigned char *>(call.up) + weights * call.upStride;
    float gate = 0.0F;
    float up = 0.0F;
#pragma unroll 2
    for (unsigned chunk = lane; chunk < call.width / Chunk<type>::kValues; chunk += 32) {
        const typename Chunk<type>::Weights gateWeights = Chunk<type>::load(gateRow, chunk);
        const typename Chunk<type>::Weights upWeights = Chunk<type>::load(upRow, chunk);
        const typename Chunk<type>::Token part = Chunk<type>::token(x, chunk);
        gate += Chunk<type>::dot(gateWeights, part);
        up += Chunk<type>::dot(upWeights, part);
    }
    gate = warpSum(gate);
    up = warpSum(up);
    if (lane == 0)
        *to = hiddenValue(call, index, gate, up);
}

/// A warp computes one value of the output for one token: all its experts in one loop, so that short rows fill the lanes.
template <DType type>
__global__ void __launch_bounds__(kThreads) expertsOut(ExpertsOutCall call, QuantisedTokens tokens)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned row = blockIdx.x * kWarps + threadIdx.x / 32;
    if (row >= call.rows)
        return;
    const unsigned token = blockIdx.y;
    const float *shares = floats(call.weights, token, call.weightsStride);
    const unsigned chunks = call.width / Chunk<type>::kValues;
    float sum = 0.0F;
#pragma unroll 2
    for (unsigned i = lane; i < chunks * call.most; i += 32) {
        const unsigned j = i / chunks;
        const unsigned expert = expertOf(call.experts, call.expertsStride, token, j);
        if (expert >= call.count)
            continue;
        const TokenView x = viewOf<type>(tokens, call.hidden, std::uint64_t{call.width} * 4, token * call.most + j, call.width);
        const auto *weights =
            reinterpret_cast<const unsigned char *>(call.down) + (std::uint64_t{expert} * call.rows + row) * call.downStride;
        const unsigned chunk = i - j * chunks;
        sum += shares[j] * Chunk<type>::dot(Chunk<type>::load(weights, chunk), Chunk<type>::token(x, chunk));
    }
    sum = warpSum(sum);
    if (lane == 0)
        writableFloats(call.out, token, call.outStride)[row] += sum + downBiases(call, token, row);
}

struct StartMatvec
{
    const MatmulCall &call;
    const QuantisedTokens &tokens;
    unsigned rowsAWarp;
    KernelList &kernels;

    template <DType type, int kRows>
    void startRows() const
    {
        const unsigned blocks = (call.rows + kWarps * kRows - 1) / (kWarps * kRows);
        kernels.add(matvec<type, kRows>, dim3(blocks, call.tokens), kThreads, call, tokens);
    }
    template <DType type>
    cudaError_t operator()() const
    {
        if (rowsAWarp == 4)
            startRows<type, 4>();
        else if (rowsAWarp == 2)
            startRows<type, 2>();
        else
            startRows<type, 1>();
        return cudaSuccess;
    }
};

struct StartExpertsHidden
{
    const ExpertsHiddenCall &call;
    const QuantisedTokens &tokens;
    KernelList &kernels;

    template <DType type>
    cudaError_t operator()() const
    {
        kernels.add(expertsHidden<type>, dim3((call.rows + kWarps - 1) / kWarps, call.tokens * call.most), kThreads, call, tokens);
        return cudaSuccess;
    }
};

struct StartExpertsOut
{
    const ExpertsOutCall &call;
    const QuantisedTokens &tokens;
    KernelList &kernels;

    template <DType type>
    cudaError_t operator()() const
    {
        kernels.add(expertsOut<type>, dim3((call.rows + kWarps - 1) / kWarps, call.tokens), kThreads, call, tokens);
        return cudaSuccess;
    }
};

struct Alignment
{
    template <DType type>
    ChunkShape operator()() const
    {
        return {Chunk<type>::kValues, Chunk<type>::kAlignment, Chunk<type>::kEightBits};
    }
};

} // namespace

ChunkShape chunkShape(DType type)
{
    return forType(type, ChunkShape{}, Alignment{});
}

cudaError_t launchQuantiseTokens(DeviceAddress in, std::uint64_t stride, std::uint32_t tokens, std::uint32_t width, QuantisedTokens to,
                                 KernelList &kernels)
{
    const unsigned blocks = (tokens * width + kGroupThreads - 1) / kGroupThreads;
    kernels.add(quantiseTokens, blocks, kGroupThreads, reinterpret_cast<const char *>(in), stride, tokens, width, to);
    return cudaSuccess;
}

cudaError_t launchMatvec(const MatmulCall &call, DType type, const QuantisedTokens &tokens, std::uint32_t rowsAWarp, KernelList &kernels)
{
    return forType(type, cudaErrorNotSupported, StartMatvec{call, tokens, rowsAWarp, kernels});
}

cudaError_t launchExpertsHidden(const ExpertsHiddenCall &call, DType type, const QuantisedTokens &tokens, KernelList &kernels)
{
    return forType(type, cudaErrorNotSupported, StartExpertsHidden{call, tokens, kernels});
}

cudaError_t launchExpertsOut(const ExpertsOutCall &call, DType type, const QuantisedTokens &tokens, KernelList &kernels)
{
    return forType(type, cudaErrorNotSupported, StartExpertsOut{call, tokens, kernels});
}

} // namespace conclave::kernels
