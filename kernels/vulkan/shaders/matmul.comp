#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// out = act(in W^T + bias) (+ out). A group computes rows of W (rows.glsl) for up to 8 tokens: a thread takes 32 weights at a time,
// once, and multiplies them with all the tokens.
layout(local_size_x = 32) in;
layout(push_constant) uniform MatmulCall
{
    uint64_t weight, inRows, bias, outRows;
    uint64_t weightStride, inStride, outStride;
    uint rows, width, tokens;
    uint activation, accumulate, reserved;
    GRIDS
} call;

#include "dequantise.glsl"
#include "joined.glsl"
#include "products.glsl"
#include "rows.glsl"

const uint kTokens = 8u;
shared float partial[kTokens][32];

void main()
{
    const uint threads = threadsOfRow(call.width);
    const uint together = 32u / threads;
    const uint begin = groupIndex() * together;
    if (begin >= call.rows)
        return;
    const uint rows = min(together, call.rows - begin);
    const uint first = gl_WorkGroupID.z * kTokens;
    const uint count = min(kTokens, call.tokens - first);
    const uint lane = laneOf();
    const uint row = lane / threads;
    const uint64_t weights = call.weight + uint64_t(begin + min(row, rows - 1u)) * call.weightStride;
    const uint64_t inputs = call.inRows + uint64_t(first) * call.inStride;

    float sums[kTokens];
    [[unroll]] for (uint t = 0u; t < kTokens; ++t)
        sums[t] = 0.0;
    for (uint group = lane % threads; group * 32u < call.width && row < rows; group += threads)
    {
        Weights w;
        takeWeights(weights, group, call.width, w);
        [[unroll]] for (uint t = 0u; t < kTokens; ++t)
            if (t < count)
                sums[t] += timesInputs(w, inputs + uint64_t(t) * call.inStride, group, call.width);
    }
    [[unroll]] for (uint t = 0u; t < kTokens; ++t)
        if (t < count)
            partial[t][lane] = joinedShare(sums[t], threads);
    barrier();

    for (uint index = lane; index < rows * count; index += 32u)
    {
        const uint token = index / rows;
        const uint at = index % rows;
        float sum = 0.0;
        for (uint i = 0u; i < threads; i += shareStep(threads))
            sum += partial[token][at * threads + i];
        if (call.bias != 0)
            sum += loadFloat(call.bias + uint64_t(begin + at) * 4);
        sum = activate(call.activation, sum);
        const uint64_t to = call.outRows + uint64_t(first + token) * call.outStride + uint64_t(begin + at) * 4;
        storeFloat(to, call.accumulate != 0u ? loadFloat(to) + sum : sum);
    }
}
