// Which experts a token goes to: scores, choice and weights, all on the card.
#include "kernels/cuda/cuda_calls.h"
#include "kernels/cuda/device_code.cuh"

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

/// The first of the largest: `index` of all lanes.
__device__ void warpBest(float &value, unsigned &index)
{
    for (int distance = 16; distance > 0; distance /= 2) {
        const float other = __shfl_xor_sync(0xFFFFFFFFU, value, distance);
        const unsigned otherIndex = __shfl_xor_sync(0xFFFFFFFFU, index, distance);
        if (other > value || (other == value && otherIndex < index)) {
            value = other;
            index = otherIndex;
        }
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

/// A warp a token. Ranks are found one after the other; lane 0 weighs them.
__global__ void __launch_bounds__(32) router(RouterCall call)
{
    __shared__ float selection[kMostExperts];
    __shared__ float ranked[kMostExperts + 1];  ///< scores by rank
    __shared__ float margins[kMostExperts + 1]; ///< selection scores by rank
    __shared__ unsigned order[kMostExperts + 1];
    const unsigned lane = threadIdx.x;
    const unsigned token = blockIdx.x;
    const float *logits = floats(call.logits, token, call.logitsStride);
    float largest = -INFINITY;
    for (unsigned e = lane; e < call.count; e += 32)
        largest = fmaxf(largest, logits[e]);
    largest = warpMost(largest);
    float sum = 0.0F;
    for (unsigned e = lane; e < call.count; e += 32)
        sum += expf(logits[e] - largest);
    sum = warpSum(sum);
    for (unsigned e = lane; e < call.count; e += 32)
        selection[e] =
            scoreOf(call.score, logits[e], largest, sum) + (call.loadBias != 0 ? reinterpret_cast<const float *>(call.loadBias)[e] : 0.0F);
    __syncwarp();
    if (call.groups > 1) {
        if (lane == 0)
            excludeGroups(call, selection, ranked);
        __syncwarp();
    }
    const unsigned ranks = min(call.most + 1, call.count);
    for (unsigned rank = 0; rank < ranks; ++rank) {
        float best = -INFINITY;
        unsigned index = call.count;
        for (unsigned e = lane; e < call.count; e += 32)
            if (selection[e] > best || (index == call.count && selection[e] == selection[e])) {
                best = selection[e];
                index = e;
            }
        warpBest(best, index);
        if (lane == 0) {
            const unsigned expert = index < call.count ? index : 0; // logits that are no numbers: stay in bounds
            order[rank] = expert;
            ranked[rank] = scoreOf(call.score, logits[expert], largest, sum);
            margins[rank] = best;
            selection[expert] = NAN; // taken: greater than nothing
        }
        __syncwarp();
    }
    if (lane != 0)
        return;
    const unsigned chosen = countOf(call, ranked);
    float total = 0.0F;
    const bool ofChosen = call.score == kSoftmaxOfChosen;
    float most = ranked[0]; // with a bias the first need not have the best score
    for (unsigned j = 1; j < chosen; ++j)
        most = fmaxf(most, ranked[j]);
    for (unsigned j = 0; j < chosen; ++j) {
        ranked[j] = ofChosen ? expf(ranked[j] - most) : ranked[j];
        total += ranked[j];
    }
    const float divisor = ofChosen ? total : call.normalise != 0 ? fmaxf(total, call.leastSum) : 1.0F;
    float *weights = writableFloats(call.weights, token, call.weightsStride);
    int *experts = reinterpret_cast<int *>(call.experts + std::uint64_t{token} * call.expertsStride);
    for (unsigned j = 0; j < call.most; ++j) {
        float weight = j < chosen && divisor > 0.0F ? ranked[j] / divisor * call.weightScale : 0.0F;
        if (j < chosen && call.expertScale != 0)
            weight *= reinterpret_cast<const float *>(call.expertScale)[order[j]];
        weights[j] = weight;
        experts[j] = j < chosen ? static_cast<int>(order[j]) : -1;
    }
    reinterpret_cast<float *>(call.margins)[token] = chosen < ranks ? margins[chosen - 1] - margins[chosen] : INFINITY;
}

} // namespace

cudaError_t launchRouter(const RouterCall &call, cudaStream_t stream)
{
    router<<<call.tokens, 32, 0, stream>>>(call);
    return cudaGetLastError();
}

} // namespace conclave::kernels
