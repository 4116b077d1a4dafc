// One token: several ops a kernel. Each block first brings the token into shared memory in 8 bits; meanwhile the weights travel from memory
// to the card's cache.
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/heads.cuh"
#include "kernels/cuda/token_prologue.cuh"
#include "kernels/cuda/types.cuh"

namespace conclave::kernels
{

namespace
{

using namespace cuda;

constexpr unsigned kWarps = 8; ///< of a block
constexpr unsigned kThreads = kWarps * 32;

/// Which of the products group `group` of kRows rows of all belongs to; `group` becomes that of the product.
template <int kRows>
__device__ const FusedProduct &productOf(const FusedProducts &call, unsigned &group)
{
    unsigned which = 0;
    while (which + 1 < call.count && group >= (call.products[which].rows + kRows - 1) / kRows) {
        group -= (call.products[which].rows + kRows - 1) / kRows;
        ++which;
    }
    return call.products[which];
}

__device__ void prefetchRows(const FusedProduct &product, unsigned first, unsigned count, unsigned lane)
{
    const auto *at = reinterpret_cast<const unsigned char *>(product.weight) + std::uint64_t{first} * product.weightStride;
    const std::uint64_t bytes = min(count, product.rows - first) * product.weightStride;
    for (std::uint64_t byte = lane * 128; byte < bytes; byte += 32 * 128)
        prefetch(at + byte);
}

/// kRows rows of one product by one warp.
template <DType type, int kRows>
__device__ void computeRows(const FusedProduct &product, unsigned first, unsigned width, const TokenView &x)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned char *rows[kRows];
#pragma unroll
    for (int r = 0; r < kRows; ++r)
        rows[r] = reinterpret_cast<const unsigned char *>(product.weight) +
                  std::uint64_t{min(first + r, product.rows - 1)} * product.weightStride;
    float sums[kRows] = {};
#pragma unroll 2
    for (unsigned chunk = lane; chunk < width / Chunk<type>::kValues; chunk += 32) {
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
        float sum = warpSum(sums[r]);
        const unsigned row = first + r;
        if (lane != 0 || row >= product.rows)
            continue;
        if (product.bias != 0)
            sum += reinterpret_cast<const float *>(product.bias)[row];
        sum = activate(product.activation, sum);
        float *to = reinterpret_cast<float *>(product.out) + row;
        *to = product.accumulate != 0 ? *to + sum : sum;
    }
}

template <int kRows>
__device__ void computeProduct(const FusedProduct &product, unsigned row, unsigned width, const TokenView &x)
{
    switch (static_cast<DType>(product.type)) {
    case DType::kQ4_K:
        return computeRows<DType::kQ4_K, kRows>(product, row, width, x);
    case DType::kQ6_K:
        return computeRows<DType::kQ6_K, kRows>(product, row, width, x);
    case DType::kQ8_0:
        return computeRows<DType::kQ8_0, kRows>(product, row, width, x);
    default:
        return computeRows<DType::kQ4_0, kRows>(product, row, width, x);
    }
}

/// A warp takes kRows rows of one of the products, then those as many further as there are warps.
template <int kRows>
__global__ void __launch_bounds__(kThreads, 2) fusedProducts(FusedProducts call, unsigned groups)
{
    extern __shared__ __align__(16) std::int8_t token[];
    __shared__ float partial[kProloguePartials];
    const unsigned warp = blockIdx.x * kWarps + threadIdx.x / 32;
    if (warp < groups) {
        unsigned group = warp;
        const FusedProduct &product = productOf<kRows>(call, group);
        prefetchRows(product, group * kRows, kRows, threadIdx.x % 32);
    }
    letNextStart();
    waitForPrevious();
    NormWeights weights;
    weights.load(call.normWeight, call.normed != 0 ? call.width / 4 : 0);
    const TokenView x = call.normed != 0 ? normedToShared(call.in, call.width, call.epsilon, weights, call.normed, token, partial)
                                         : tokenToShared(call.in, call.width, token);
    for (unsigned next = warp; next < groups; next += gridDim.x * kWarps) {
        unsigned group = next;
        const FusedProduct &product = productOf<kRows>(call, group);
        computeProduct<kRows>(product, group * kRows, call.width, x);
    }
}

constexpr unsigned kHeadWarps = 2;

/// A warp a head.
__global__ void __launch_bounds__(kHeadWarps * 32) fusedHeads(FusedHeads call)
{
    __shared__ float prepared[kHeadWarps][FusedHeads::kMostWidth];
    letNextStart();
    waitForPrevious();
    const unsigned warp = threadIdx.x / 32;
    unsigned head = blockIdx.x * kHeadWarps + warp;
    if (head >= call.heads)
        return;
    unsigned which = 0;
    while (which + 1 < call.count && head >= call.sets[which].heads) {
        head -= call.sets[which].heads;
        ++which;
    }
    const FusedHeadSet &set = call.sets[which];
    HeadValues<FusedHeads::kMostWidth / 32> values;
    values.load(set, head);
    values.prepare(set, prepared[warp]);
    keepHead(set, head, prepared[warp]);
    if (set.cache != 0)
        storeHead(set, call, head, prepared[warp]);
}

/// A block computes 32 values of one expert's hidden layer, and brings them to 8 bits: a group. The grid's layers are the token's experts.
template <DType type>
__global__ void __launch_bounds__(kThreads, 2) fusedHidden(ExpertsHiddenCall call, QuantisedTokens to)
{
    constexpr int kRows = 2; ///< of gate, and of up, at a time
    extern __shared__ __align__(16) std::int8_t token[];
    __shared__ float hidden[32];
    const unsigned lane = threadIdx.x % 32;
    const unsigned warp = threadIdx.x / 32;
    const unsigned slot = blockIdx.y;
    waitForPrevious();
    letNextStart(); // not before: fusedOut looks at the experts chosen without waiting
    const unsigned expert = reinterpret_cast<const unsigned *>(call.experts)[slot];
    auto *values = reinterpret_cast<std::int8_t *>(to.values) + std::size_t{slot} * call.rows + blockIdx.x * 32;
    auto *runs = reinterpret_cast<float2 *>(to.runs) + (std::size_t{slot} * call.rows + blockIdx.x * 32) / 16;
    if (expert >= call.count) {
        if (warp == 0)
            values[lane] = 0;
        if (threadIdx.x < 2)
            runs[threadIdx.x] = make_float2(0.0F, 0.0F);
        return;
    }
    const std::uint64_t firstRow = std::uint64_t{expert} * call.expertRows + blockIdx.x * 32;
    const auto *gate = reinterpret_cast<const unsigned char *>(call.gate) + firstRow * call.gateStride;
    const auto *up = reinterpret_cast<const unsigned char *>(call.up) + firstRow * call.upStride;
    for (std::uint64_t byte = threadIdx.x * 128; byte < 32 * call.gateStride; byte += kThreads * 128)
        prefetch(gate + byte);
    for (std::uint64_t byte = threadIdx.x * 128; byte < 32 * call.upStride; byte += kThreads * 128)
        prefetch(up + byte);
    const TokenView x = tokenToShared(call.in, call.width, token);
#pragma unroll 1
    for (unsigned first = warp * 4; first < warp * 4 + 4; first += kRows) {
        float sums[2][kRows] = {};
#pragma unroll 2
        for (unsigned chunk = lane; chunk < call.width / Chunk<type>::kValues; chunk += 32) {
            typename Chunk<type>::Weights weights[2][kRows];
#pragma unroll
            for (int r = 0; r < kRows; ++r) {
                weights[0][r] = Chunk<type>::load(gate + (first + r) * call.gateStride, chunk);
                weights[1][r] = Chunk<type>::load(up + (first + r) * call.upStride, chunk);
            }
            const typename Chunk<type>::Token part = Chunk<type>::token(x, chunk);
#pragma unroll
            for (int r = 0; r < kRows; ++r) {
                sums[0][r] += Chunk<type>::dot(weights[0][r], part);
                sums[1][r] += Chunk<type>::dot(weights[1][r], part);
            }
        }
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
            const float gated = warpSum(sums[0][r]);
            const float upper = warpSum(sums[1][r]);
            if (lane == 0)
                hidden[first + r] = hiddenValue(call, std::uint64_t{expert} * call.rows + blockIdx.x * 32 + first + r, gated, upper);
        }
    }
    __syncthreads();
    if (warp != 0)
        return;
    const bool used = lane < 8;
    const float4 four = used ? reinterpret_cast<const float4 *>(hidden)[lane] : make_float4(0.0F, 0.0F, 0.0F, 0.0F);
    quantiseFour(four, used, lane, values, runs);
}

/// A warp computes one value of the output: all the experts in one loop.
template <DType type>
__global__ void __launch_bounds__(kThreads, 2) fusedOut(ExpertsOutCall call, QuantisedTokens tokens)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned row = blockIdx.x * kWarps + threadIdx.x / 32;
    const unsigned chunks = call.width / Chunk<type>::kValues;
    const auto *experts = reinterpret_cast<const unsigned *>(call.experts);
    if (row < call.rows) // the choice was made two kernels ago; were it not there yet, only the wrong rows would be fetched
        for (unsigned j = lane / 4; j < call.most; j += 8)
            if (const unsigned expert = __ldcg(experts + j); expert < call.count)
                for (std::uint64_t byte = lane % 4 * 128; byte < call.downStride + 127; byte += 4 * 128)
                    prefetch(reinterpret_cast<const unsigned char *>(call.down) +
                             (std::uint64_t{expert} * call.rows + row) * call.downStride + min(byte, call.downStride - 1));
    letNextStart();
    waitForPrevious();
    if (row >= call.rows)
        return;
    const auto *shares = reinterpret_cast<const float *>(call.weights);
    float sum = 0.0F;
#pragma unroll 3
    for (unsigned i = lane; i < chunks * call.most; i += 32) {
        const unsigned j = i / chunks;
        const unsigned expert = experts[j];
        if (expert >= call.count)
            continue;
        const TokenView x{reinterpret_cast<const std::int8_t *>(tokens.values) + std::size_t{j} * call.width,
                          reinterpret_cast<const float2 *>(tokens.runs) + std::size_t{j} * (call.width / 16), nullptr};
        const auto *weights =
            reinterpret_cast<const unsigned char *>(call.down) + (std::uint64_t{expert} * call.rows + row) * call.downStride;
        const unsigned chunk = i - j * chunks;
        sum += shares[j] * Chunk<type>::dot(Chunk<type>::load(weights, chunk), Chunk<type>::token(x, chunk));
    }
    sum = warpSum(sum);
    if (lane == 0)
        reinterpret_cast<float *>(call.out)[row] += sum + downBiases(call, 0, row);
}

/// Types whose products meet tokens in 8 bits.
template <class Start>
cudaError_t forEightBits(DType type, const Start &start)
{
    switch (type) {
    case DType::kQ4_K:
        return start.template operator()<DType::kQ4_K>();
    case DType::kQ6_K:
        return start.template operator()<DType::kQ6_K>();
    case DType::kQ8_0:
        return start.template operator()<DType::kQ8_0>();
    case DType::kQ4_0:
        return start.template operator()<DType::kQ4_0>();
    default:
        return cudaErrorNotSupported;
    }
}

struct StartHidden
{
    const ExpertsHiddenCall &call;
    const QuantisedTokens &to;
    KernelList &kernels;

    template <DType type>
    cudaError_t operator()() const
    {
        kernels.add(fusedHidden<type>, dim3(call.rows / 32, call.most), kThreads, call, to);
        kernels.last().sharedBytes = quantisedBytes(call.width);
        kernels.last().overlaps = true;
        return cudaSuccess;
    }
};

struct StartOut
{
    const ExpertsOutCall &call;
    const QuantisedTokens &tokens;
    KernelList &kernels;

    template <DType type>
    cudaError_t operator()() const
    {
        kernels.add(fusedOut<type>, (call.rows + kWarps - 1) / kWarps, kThreads, call, tokens);
        kernels.last().overlaps = true;
        return cudaSuccess;
    }
};

} // namespace

cudaError_t launchFusedProducts(const FusedProducts &call, std::uint32_t multiprocessors, KernelList &kernels)
{
    const std::uint32_t most = multiprocessors * 2;
    const std::uint32_t rows = (call.rows + most * kWarps - 1) / (most * kWarps); // a warp's, all at once where that is possible
    const auto add = [&](auto kernel, std::uint32_t together) {
        std::uint32_t groups = 0;
        for (std::uint32_t i = 0; i < call.count; ++i)
            groups += (call.products[i].rows + together - 1) / together;
        return kernels.add(kernel, std::min(most, (groups + kWarps - 1) / kWarps), kThreads, call, groups);
    };
    const cudaError_t error = rows == 1   ? add(fusedProducts<1>, 1)
                              : rows == 2 ? add(fusedProducts<2>, 2)
                              : rows == 3 ? add(fusedProducts<3>, 3)
                                          : add(fusedProducts<4>, 4);
    kernels.last().sharedBytes = quantisedBytes(call.width);
    kernels.last().overlaps = true;
    return error;
}

cudaError_t launchFusedHeads(const FusedHeads &call, KernelList &kernels)
{
    kernels.add(fusedHeads, (call.heads + kHeadWarps - 1) / kHeadWarps, kHeadWarps * 32, call);
    kernels.last().overlaps = true;
    return cudaSuccess;
}

cudaError_t launchFusedHidden(const ExpertsHiddenCall &call, DType type, const QuantisedTokens &to, KernelList &kernels)
{
    return forEightBits(type, StartHidden{call, to, kernels});
}

cudaError_t launchFusedOut(const ExpertsOutCall &call, DType type, const QuantisedTokens &tokens, KernelList &kernels)
{
    return forEightBits(type, StartOut{call, tokens, kernels});
}

} // namespace conclave::kernels
