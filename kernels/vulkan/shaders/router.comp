#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "gating.glsl"

// Which experts a token goes to: a group a token. Ranks are found one after the other; thread 0 weighs them.
layout(local_size_x = 32) in;
layout(push_constant) uniform RouterCall
{
    uint64_t logits, loadBias, expertScale, experts, weights, margins;
    uint logitsStride, expertsStride, weightsStride;
    uint tokens, count, most;
    uint score, normalise;
    uint kMin, kMax, kWide;
    float leastSum, weightScale, tau, calibration;
    uint groups; // their count, and above it 16 bits: how many are used
} call;

#define GROUP_THREADS 32u
#include "joined.glsl"

const uint kMostExperts = 1024u;
const float kTaken = -3.4e38;
const float kExcluded = -3.2e38;
const float kLeast = -3.0e38; // of an expert that can be chosen

shared float selection[kMostExperts];
shared float best[32];
shared uint bestIndex[32];
shared float ranked[kMostExperts + 1u];  // scores by rank
shared float chosenBy[kMostExperts + 1u]; // selection scores by rank
shared uint order[kMostExperts + 1u];

// What a rank counts for in adaptive k.
float shareOf(uint rank) { return call.score == kSoftmaxOfChosen ? exp(ranked[rank] - ranked[0]) : ranked[rank]; }

// Fixed, or by the share that the best have of the scores of the first kMax (RouterArgs).
uint countOf()
{
    if (call.kMin == call.kMax && call.kMax == call.kWide)
        return call.kMax;
    float total = 0.0;
    for (uint j = 0u; j < call.kMax; ++j)
        total += shareOf(j);
    if ((total > 0.0 ? shareOf(0u) / total : 0.0) < call.calibration)
        return call.kWide;
    float cumulated = 0.0;
    for (uint j = 0u; j < call.kMax; ++j)
    {
        cumulated += shareOf(j);
        if (j + 1u >= call.kMin && cumulated / total >= call.tau)
            return j + 1u;
    }
    return call.kMax;
}

void weigh(uint token, uint ranks)
{
    const uint chosen = countOf();
    const bool ofChosen = call.score == kSoftmaxOfChosen;
    float most = ranked[0]; // with a bias the first need not have the best score
    for (uint j = 1u; j < chosen; ++j)
        most = max(most, ranked[j]);
    float total = 0.0;
    for (uint j = 0u; j < chosen; ++j)
    {
        if (ofChosen)
            ranked[j] = exp(ranked[j] - most);
        total += ranked[j];
    }
    const float divisor = ofChosen ? total : call.normalise != 0u ? max(total, call.leastSum) : 1.0;
    for (uint j = 0u; j < call.most; ++j)
    {
        float weight = j < chosen && divisor > 0.0 ? ranked[j] / divisor * call.weightScale : 0.0;
        if (j < chosen && call.expertScale != 0)
            weight *= loadFloat(call.expertScale + uint64_t(order[j]) * 4);
        storeFloat(call.weights + uint64_t(token) * call.weightsStride + j * 4u, weight);
        Word(call.experts + uint64_t(token) * call.expertsStride + j * 4u).value = j < chosen ? order[j] : 0xFFFFFFFFu;
    }
    storeFloat(call.margins + uint64_t(token) * 4,
               chosen < ranks && chosenBy[chosen] >= kLeast ? chosenBy[chosen - 1u] - chosenBy[chosen] : uintBitsToFloat(0x7F800000u));
}

// Experts outside of the best groups are excluded; a group is worth the sum of its two best. Thread 0 alone.
void excludeGroups()
{
    const uint count = call.groups & 0xFFFFu;
    const uint used = call.groups >> 16;
    const uint size = call.count / count;
    for (uint g = 0u; g < count; ++g)
    {
        float first = kTaken;
        float second = kTaken;
        for (uint e = g * size; e < (g + 1u) * size; ++e)
        {
            const float value = selection[e];
            second = max(second, min(first, value));
            first = max(first, value);
        }
        ranked[g] = size > 1u ? first + second : first;
    }
    for (uint g = 0u; g < count; ++g)
    {
        uint better = 0u;
        for (uint other = 0u; other < count; ++other)
            if (ranked[other] > ranked[g] || (ranked[other] == ranked[g] && other < g))
                ++better;
        for (uint e = g * size; better >= used && e < (g + 1u) * size; ++e)
            selection[e] = kExcluded;
    }
}

void main()
{
    const uint token = groupIndex();
    if (token >= call.tokens)
        return;
    const uint lane = laneOf();
    const uint64_t logits = call.logits + uint64_t(token) * call.logitsStride;
    float largest = kExcluded;
    for (uint e = lane; e < call.count; e += 32u)
        largest = max(largest, loadFloat(logits + uint64_t(e) * 4));
    largest = greatest(largest);
    float sum = 0.0;
    for (uint e = lane; e < call.count; e += 32u)
        sum += exp(loadFloat(logits + uint64_t(e) * 4) - largest);
    sum = total(sum);
    for (uint e = lane; e < call.count; e += 32u)
    {
        const float bias = call.loadBias != 0 ? loadFloat(call.loadBias + uint64_t(e) * 4) : 0.0;
        selection[e] = max(scoreOf(call.score, loadFloat(logits + uint64_t(e) * 4), largest, sum) + bias, kLeast);
    }
    if ((call.groups & 0xFFFFu) > 1u)
    {
        barrier();
        if (lane == 0u)
            excludeGroups();
    }
    const uint ranks = min(call.most + 1u, call.count);
    for (uint rank = 0u; rank < ranks; ++rank)
    {
        barrier();
        float value = kTaken;
        uint index = 0u;
        for (uint e = lane; e < call.count; e += 32u)
            if (selection[e] > value)
            {
                value = selection[e];
                index = e;
            }
        best[lane] = value;
        bestIndex[lane] = index;
        barrier();
        if (lane == 0u)
        {
            for (uint i = 1u; i < 32u; ++i)
                if (best[i] > value || (best[i] == value && best[i] > kTaken && bestIndex[i] < index))
                {
                    value = best[i];
                    index = bestIndex[i];
                }
            order[rank] = index;
            ranked[rank] = scoreOf(call.score, loadFloat(logits + uint64_t(index) * 4), largest, sum);
            chosenBy[rank] = value;
            selection[index] = kTaken;
        }
    }
    if (lane == 0u)
        weigh(token, ranks);
}
