#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "gating.glsl"

// Experts that follow from the token, weighed by the router's scores: a thread a token.
layout(local_size_x = 256) in;
layout(push_constant) uniform FixedRouterCall
{
    uint64_t logits, fixedExperts, tokens, expertScale, experts, weights, margins;
    uint logitsStride, expertsStride, weightsStride;
    uint tokenCount, count, most;
    uint score, normalise;
    float leastSum, weightScale;
} call;

// Of the chosen alone: its share of their softmax, before the division.
float shareOf(float logit, float largest, float sum)
{
    return call.score == kSoftmaxOfChosen ? exp(logit - largest) : scoreOf(call.score, logit, largest, sum);
}

void main()
{
    const uint token = groupIndex() * 256u + gl_LocalInvocationID.x;
    if (token >= call.tokenCount)
        return;
    const uint64_t logits = call.logits + uint64_t(token) * call.logitsStride;
    const uint64_t fixedRow = call.fixedExperts + uint64_t(Word(call.tokens + uint64_t(token) * 4).value) * call.most * 4u;
    const bool ofChosen = call.score == kSoftmaxOfChosen;
    float largest = -3.0e38;
    for (uint e = 0u; e < (ofChosen ? call.most : call.count); ++e)
        largest = max(largest, loadFloat(logits + uint64_t(ofChosen ? min(Word(fixedRow + e * 4u).value, call.count - 1u) : e) * 4));
    float sum = 0.0;
    for (uint e = 0u; call.score == kSoftmax && e < call.count; ++e)
        sum += exp(loadFloat(logits + uint64_t(e) * 4) - largest);
    float total = 0.0;
    for (uint j = 0u; j < call.most; ++j)
        total += shareOf(loadFloat(logits + uint64_t(min(Word(fixedRow + j * 4u).value, call.count - 1u)) * 4), largest, sum);
    const float divisor = ofChosen ? total : call.normalise != 0u ? max(total, call.leastSum) : 1.0;
    for (uint j = 0u; j < call.most; ++j)
    {
        const uint expert = min(Word(fixedRow + j * 4u).value, call.count - 1u);
        float weight = divisor > 0.0 ? shareOf(loadFloat(logits + uint64_t(expert) * 4), largest, sum) / divisor * call.weightScale : 0.0;
        if (call.expertScale != 0)
            weight *= loadFloat(call.expertScale + uint64_t(expert) * 4);
        storeFloat(call.weights + uint64_t(token) * call.weightsStride + j * 4u, weight);
        Word(call.experts + uint64_t(token) * call.expertsStride + j * 4u).value = expert;
    }
    storeFloat(call.margins + uint64_t(token) * 4, uintBitsToFloat(0x7F800000u));
}
