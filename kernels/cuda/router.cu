// Which experts a token goes to: scores, choice and weights, all on the card.
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/token_prologue.cuh"

namespace conclave::kernels
{

namespace
{

using namespace cuda;

constexpr unsigned kSoftmax = 0, kSigmoid = 1, kSoftmaxOfChosen = 2, kSqrtSoftplus = 3; ///< GatingScore

__device__ float warpMost(float value)
{
    for (int distance = 16; distance > 0; distance /= 2)
        value = fmaxf(value, __shfl_xor_sync(0xFFFFFFFFU, value, distance));
    return value;
}

/// What a logit counts for in the choice; `largest` and `sum` are of the softmax.
__device__ float scoreOf(unsigned score, float logit, float largest, float sum)
{
    switch (score) {
    case kSoftmax:
        return expf(logit - largest) / sum;
    case kSigmoid:
        return sigmoid(logit);
    case kSqrtSoftplus:
        return sqrtf(fmaxf(logit, 0.0F) + log1pf(expf(-fabsf(logit))));
    default:
        return logit; // the softmax comes after the choice
    }
}

/// The number of experts: fixed, or by the share that the best have of the scores of the first kMax (RouterArgs). `scores` by rank.
__device__ unsigned countOf(const RouterCall &call, const float *scores)
{
    if (call.kMin == call.kMax && call.kMax == call.kWide)
        return call.kMax;
    const auto score = [&](unsigned rank) { return call.score == kSoftmaxOfChosen ? expf(scores[rank] - scores[0]) : scores[rank]; };
    float total = 0.0F;
    for (unsigned j = 0; j < call.kMax; ++j)
        total += score(j);
    if ((total > 0.0F ? score(0) / total : 0.0F) < call.calibration)
        return call.kWide;
    float cumulated = 0.0F;
    for (unsigned j = 0; j < call.kMax; ++j) {
        cumulated += score(j);
        if (j + 1 >= call.kMin && cumulated / total >= call.tau)
            return j + 1;
    }
    return call.kMax;
}

/// Experts outside of the best groups are excluded; a group is worth the sum of its two best. Lane 0 alone.
__device__ void excludeGroups(const RouterCall &call, float *selection, float *worth)
{
    const unsigned size = call.count / call.groups;
    for (unsigned g = 0; g < call.groups; ++g) {
        float first = -INFINITY;
        float second = size > 1 ? -INFINITY : 0.0F;
        for (unsigned e = g * size; e < (g + 1) * size; ++e) {
            if (selection[e] > first) {
                second = size > 1 ? first : 0.0F;
                first = selection[e];
            } else if (selection[e] > second && size > 1) {
                second = selection[e];
            }
        }
        worth[g] = first + second;
    }
    for (unsigned g = 0; g < call.groups; ++g) {
        unsigned better = 0;
        for (unsigned other = 0; other < call.groups; ++other)
            better += worth[other] > worth[g] || (worth[other] == worth[g] && other < g) ? 1 : 0;
        for (unsigned e = g * size; better >= call.groupsUsed && e < (g + 1) * size; ++e)
            selection[e] = -INFINITY;
    }
}

/// What a choice needs besides.
struct RouterWork
{
    float logits[kMostExperts], selection[kMostExperts];
    float ranked[kMostExperts + 1];  ///< scores by rank
    float margins[kMostExperts + 1]; ///< selection scores by rank
    unsigned order[kMostExperts + 1];
};

/// All threads of a block choose for one token, from work.logits. An expert's rank is the number of those before it: higher, or as high and
/// further ahead; logits that are no numbers come last.
__device__ void choose(const RouterCall &call, unsigned token, RouterWork &work)
{
    const unsigned lane = threadIdx.x % 32;
    float largest = -INFINITY;
    for (unsigned e = lane; e < call.count; e += 32) // each warp for itself
        largest = fmaxf(largest, work.logits[e]);
    largest = warpMost(largest);
    float sum = 0.0F;
    for (unsigned e = lane; e < call.count; e += 32)
        sum += expf(work.logits[e] - largest);
    sum = warpSum(sum);
    for (unsigned e = threadIdx.x; e < call.count; e += blockDim.x) {
        const float score = scoreOf(call.score, work.logits[e], largest, sum) +
                            (call.loadBias != 0 ? reinterpret_cast<const float *>(call.loadBias)[e] : 0.0F);
        work.selection[e] = score == score ? score : -INFINITY;
    }
    __syncthreads();
    if (call.groups > 1) {
        if (threadIdx.x == 0)
            excludeGroups(call, work.selection, work.ranked);
        __syncthreads();
    }
    const unsigned ranks = min(call.most + 1, call.count);
    for (unsigned e = threadIdx.x; e < call.count; e += blockDim.x) {
        const float own = work.selection[e];
        unsigned rank = 0;
#pragma unroll 8
        for (unsigned other = 0; other < call.count; ++other) {
            const float score = work.selection[other];
            rank += score > own || (score == own && other < e) ? 1 : 0;
        }
        if (rank < ranks) {
            work.order[rank] = e;
            work.ranked[rank] = scoreOf(call.score, work.logits[e], largest, sum);
            work.margins[rank] = own;
        }
    }
    __syncthreads();
    if (threadIdx.x >= 32)
        return;
    const unsigned chosen = countOf(call, work.ranked);
    const bool ofChosen = call.score == kSoftmaxOfChosen;
    float most = -INFINITY; // with a bias the first need not have the best score
    for (unsigned j = lane; j < chosen; j += 32)
        most = fmaxf(most, work.ranked[j]);
    most = warpMost(most);
    const auto share = [&](unsigned j) { return ofChosen ? expf(work.ranked[j] - most) : work.ranked[j]; };
    float total = 0.0F;
    for (unsigned j = lane; j < chosen; j += 32)
        total += share(j);
    total = warpSum(total);
    const float divisor = ofChosen ? total : call.normalise != 0 ? fmaxf(total, call.leastSum) : 1.0F;
    float *weights = writableFloats(call.weights, token, call.weightsStride);
    int *experts = reinterpret_cast<int *>(call.experts + std::uint64_t{token} * call.expertsStride);
    for (unsigned j = lane; j < call.most; j += 32) {
        float weight = j < chosen && divisor > 0.0F ? share(j) / divisor * call.weightScale : 0.0F;
        if (j < chosen && call.expertScale != 0)
            weight *= reinterpret_cast<const float *>(call.expertScale)[work.order[j]];
        weights[j] = weight;
        experts[j] = j < chosen ? static_cast<int>(work.order[j]) : -1;
    }
    if (lane == 0)
        reinterpret_cast<float *>(call.margins)[token] = chosen < ranks ? work.margins[chosen - 1] - work.margins[chosen] : INFINITY;
}

constexpr unsigned kRouterThreads = 128;

/// A block a token.
__global__ void __launch_bounds__(kRouterThreads) router(RouterCall call)
{
    __shared__ RouterWork work;
    const float *logits = floats(call.logits, blockIdx.x, call.logitsStride);
    for (unsigned e = threadIdx.x; e < call.count; e += kRouterThreads)
        work.logits[e] = logits[e];
    __syncthreads();
    choose(call, blockIdx.x, work);
}

constexpr unsigned kRoutingWarps = 4; ///< of a block

/// A warp computes the logit of one expert; the block that ends last chooses.
__global__ void __launch_bounds__(kRoutingWarps * 32) fusedRouting(FusedRouting call)
{
    extern __shared__ __align__(16) float token[];
    __shared__ RouterWork work;
    __shared__ float partial[kProloguePartials];
    __shared__ bool last;
    const unsigned lane = threadIdx.x % 32;
    const unsigned expert = blockIdx.x * kRoutingWarps + threadIdx.x / 32;
    const auto *row = reinterpret_cast<const unsigned char *>(call.weight) + std::uint64_t{expert} * call.weightStride;
    if (expert < call.router.count)
        for (std::uint64_t byte = lane * 128; byte < call.weightStride; byte += 32 * 128)
            prefetch(row + byte);
    letNextStart();
    waitForPrevious();
    const unsigned quarters = call.width / 4;
    NormWeights weights;
    weights.load(call.normWeight, quarters);
    auto *values = reinterpret_cast<float4 *>(token);
    normToken(reinterpret_cast<const float4 *>(call.in), quarters, call.epsilon, weights, partial, [&](unsigned i, bool used, float4 v) {
        if (!used)
            return;
        values[i] = v;
        if (blockIdx.x == 0)
            reinterpret_cast<float4 *>(call.normed)[i] = v;
    });
    __syncthreads();
    auto *logits = reinterpret_cast<float *>(call.router.logits);
    if (expert < call.router.count) {
        float sum = 0.0F;
#pragma unroll 8
        for (unsigned i = lane; i < quarters; i += 32) {
            const float4 w = __ldg(reinterpret_cast<const float4 *>(row) + i);
            const float4 v = values[i];
            sum += w.x * v.x + w.y * v.y + w.z * v.z + w.w * v.w;
        }
        sum = warpSum(sum);
        if (lane == 0)
            logits[expert] = sum;
    }
    __threadfence(); // the logits are there before they are counted
    __syncthreads();
    auto *counter = reinterpret_cast<unsigned *>(call.counter);
    if (threadIdx.x == 0)
        last = atomicAdd(counter, 1U) == gridDim.x - 1;
    __syncthreads();
    if (!last)
        return;
    __threadfence();
    if (threadIdx.x == 0)
        *counter = 0;
    for (unsigned e = threadIdx.x; e < call.router.count; e += kRoutingWarps * 32)
        work.logits[e] = __ldcg(logits + e);
    __syncthreads();
    choose(call.router, 0, work);
}

} // namespace

cudaError_t launchRouter(const RouterCall &call, KernelList &kernels)
{
    kernels.add(router, call.tokens, kRouterThreads, call);
    return cudaSuccess;
}

cudaError_t launchFusedRouting(const FusedRouting &call, KernelList &kernels)
{
    kernels.add(fusedRouting, (call.router.count + kRoutingWarps - 1) / kRoutingWarps, kRoutingWarps * 32, call);
    kernels.last().sharedBytes = call.width * 4;
    kernels.last().overlaps = true;
    return cudaSuccess;
}

} // namespace conclave::kernels
