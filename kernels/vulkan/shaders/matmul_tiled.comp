#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// What matmul.comp computes, for many tokens.
layout(local_size_x = 64) in;
layout(push_constant) uniform MatmulCall
{
    uint64_t weight, inRows, bias, outRows;
    uint64_t weightStride, inStride, outStride;
    uint rows, width, tokens;
    uint activation, accumulate, reserved;
    GRIDS
} call;

#include "dequantise.glsl"

uint64_t tokenAt(uint t);
#include "tile.glsl"

uint64_t tokenAt(uint t) { return call.inRows + uint64_t(gl_WorkGroupID.z * kTileTokens + t) * call.inStride; }

void main()
{
    const uint begin = groupIndex() * kTileRows;
    if (begin >= call.rows)
        return;
    const uint first = gl_WorkGroupID.z * kTileTokens;
    const uint count = min(kTileTokens, call.tokens - first);
    float sums[32];
    [[unroll]] for (uint i = 0u; i < 32u; ++i)
        sums[i] = 0.0;
    multiplyTile(call.weight + uint64_t(min(begin + laneOf(), call.rows - 1u)) * call.weightStride, call.width, count, sums);
    [[unroll]] for (uint i = 0u; i < 32u; ++i)
    {
        const uint token = tileToken(i);
        const uint row = begin + tileRow(i);
        if (token >= count || row >= call.rows)
            continue;
        float sum = sums[i];
        if (call.bias != 0)
            sum += loadFloat(call.bias + uint64_t(row) * 4);
        sum = activate(call.activation, sum);
        const uint64_t to = call.outRows + uint64_t(first + token) * call.outStride + uint64_t(row) * 4;
        storeFloat(to, call.accumulate != 0u ? loadFloat(to) + sum : sum);
    }
}
