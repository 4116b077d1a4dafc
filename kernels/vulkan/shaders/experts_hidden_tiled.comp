#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// What experts_hidden.comp computes, for the tokens of an expert together; `groups` instead of the experts' table. Rows of slots without an
// expert are left as they are.
layout(local_size_x = 64) in;
layout(push_constant) uniform ExpertsHiddenCall
{
    uint64_t inRows, gate, up, gateBias, upBias, groups, hidden;
    uint64_t gateStride, upStride, inStride;
    uint expertsStride, rows, width, tokens, most, count;
    uint activation, fast;
    float limit;
    uint expertRows;
    GRIDS
} call;

#include "dequantise.glsl"
#include "tile_of_expert.glsl"

uint64_t tokenOfSlot(uint slot) { return call.inRows + uint64_t(slot / call.most) * call.inStride; }

void main()
{
    const uint begin = groupIndex() * kTileRows;
    uint expert = 0u;
    uint count = 0u;
    if (begin >= call.rows || !findTile(call.groups, call.tokens * call.most, call.count, expert, count)) // the same for the whole group
        return;
    const uint64_t weights = uint64_t(expert) * call.expertRows + min(begin + laneOf(), call.rows - 1u);
    float parts[2][32];
    for (uint k = 0u; k < 2u; ++k) // a loop: the code is there once
    {
        float sums[32];
        [[unroll]] for (uint i = 0u; i < 32u; ++i)
            sums[i] = 0.0;
        const uint64_t base = k == 0u ? call.gate : call.up;
        if (base != 0)
            multiplyTile(base + weights * (k == 0u ? call.gateStride : call.upStride), call.width, count, sums);
        [[unroll]] for (uint i = 0u; i < 32u; ++i)
            parts[k][i] = sums[i];
    }
    [[unroll]] for (uint i = 0u; i < 32u; ++i)
    {
        const uint place = tileToken(i);
        const uint row = begin + tileRow(i);
        if (place >= count || row >= call.rows)
            continue;
        const uint64_t to = call.hidden + (uint64_t(tileSlots[place]) * call.rows + row) * 4;
        const uint64_t index = uint64_t(expert) * call.rows + row;
        float gate = call.gate != 0 ? parts[0][i] : loadFloat(to);
        float up = parts[1][i];
        if (call.gateBias != 0)
            gate += loadFloat(call.gateBias + index * 4);
        if (call.upBias != 0)
            up += loadFloat(call.upBias + index * 4);
        storeFloat(to, call.up == 0 ? gate : gatedValue(call.activation, call.limit, gate, up));
    }
}
