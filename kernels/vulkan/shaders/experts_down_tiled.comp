#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// down_e hidden + bias_e for the tokens of an expert together: a row of `results` for each slot. experts_sum.comp adds them up.
layout(local_size_x = 64) in;
layout(push_constant) uniform ExpertsOutCall
{
    uint64_t hidden, down, downBias, groups, weights, results;
    uint64_t downStride, outStride;
    uint expertsStride, weightsStride, rows, width, tokens, most, count, fast;
    GRIDS
} call;

#include "dequantise.glsl"
#include "tile_of_expert.glsl"

uint64_t tokenOfSlot(uint slot) { return call.hidden + uint64_t(slot) * inputStride(call.width); }

void main()
{
    const uint begin = groupIndex() * kTileRows;
    uint expert = 0u;
    uint count = 0u;
    if (begin >= call.rows || !findTile(call.groups, call.tokens * call.most, call.count, expert, count)) // the same for the whole group
        return;
    float sums[32];
    [[unroll]] for (uint i = 0u; i < 32u; ++i)
        sums[i] = 0.0;
    const uint64_t weights = uint64_t(expert) * call.rows + min(begin + laneOf(), call.rows - 1u);
    multiplyTile(call.down + weights * call.downStride, call.width, count, sums);
    [[unroll]] for (uint i = 0u; i < 32u; ++i)
    {
        const uint place = tileToken(i);
        const uint row = begin + tileRow(i);
        if (place >= count || row >= call.rows)
            continue;
        const float bias = call.downBias != 0 ? loadFloat(call.downBias + (uint64_t(expert) * call.rows + row) * 4) : 0.0;
        storeFloat(call.results + (uint64_t(tileSlots[place]) * call.rows + row) * 4, sums[i] + bias);
    }
}
