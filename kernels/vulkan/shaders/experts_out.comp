#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// out += sum over the token's experts of weight (down_e hidden + bias_e): a group computes rows (rows.glsl) for one token.
layout(local_size_x = 32) in;
layout(push_constant) uniform ExpertsOutCall
{
    uint64_t hidden, down, downBias, experts, weights, outRows;
    uint64_t downStride, outStride;
    uint expertsStride, weightsStride, rows, width, tokens, most, count, fast;
    GRIDS
} call;

#include "dequantise.glsl"
#include "experts.glsl"
#include "rows.glsl"

shared float partial[32];

void main()
{
    const uint threads = threadsOfRow(call.width);
    const uint begin = groupIndex() * (32u / threads);
    if (begin >= call.rows)
        return;
    const uint token = gl_WorkGroupID.z;
    const uint lane = laneOf();
    const uint row = min(begin + lane / threads, call.rows - 1u);
    float sum = 0.0;
    for (uint j = 0u; j < call.most; ++j)
    {
        const uint expert = expertOf(call.experts, call.expertsStride, token, j);
        if (expert >= call.count)
            continue;
        const uint64_t index = uint64_t(expert) * call.rows + row;
        const uint64_t x = call.hidden + (uint64_t(token) * call.most + j) * inputStride(call.width);
        float part = partOfProduct(call.down + index * call.downStride, x, call.width, lane % threads, threads);
        if (lane % threads == 0u && call.downBias != 0)
            part += loadFloat(call.downBias + index * 4);
        sum += loadFloat(call.weights + uint64_t(token) * call.weightsStride + j * 4u) * part;
    }
    partial[lane] = joinedShare(sum, threads);
    barrier();
    if (begin + lane / threads >= call.rows || lane % threads != 0u)
        return;
    const uint64_t to = call.outRows + uint64_t(token) * call.outStride + uint64_t(row) * 4;
    float total = loadFloat(to);
    for (uint i = 0u; i < threads; i += shareStep(threads))
        total += partial[lane + i];
    storeFloat(to, total);
}
