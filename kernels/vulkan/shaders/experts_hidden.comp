#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// hidden = act(gate_e x) * up_e x: a group computes rows (rows.glsl) for one token and expert. Of two types in two calls: one without up leaves
// gate_e x in hidden, where one without gate finds it.
layout(local_size_x = 32) in;
layout(push_constant) uniform ExpertsHiddenCall
{
    uint64_t inRows, gate, up, gateBias, upBias, experts, hidden;
    uint64_t gateStride, upStride, inStride;
    uint expertsStride, rows, width, tokens, most, count;
    uint activation, fast;
    float limit;
    uint expertRows;
    GRIDS
} call;

#include "dequantise.glsl"
#include "experts.glsl"
#include "rows.glsl"

shared vec2 partial[32];

void main()
{
    const uint threads = threadsOfRow(call.width);
    const uint begin = groupIndex() * (32u / threads);
    if (begin >= call.rows)
        return;
    const uint slot = gl_WorkGroupID.z;
    const uint token = slot / call.most;
    const uint lane = laneOf();
    const uint row = begin + lane / threads;
    const bool whole = row < call.rows;
    const uint expert = expertOf(call.experts, call.expertsStride, token, slot % call.most);
    const uint64_t to = call.hidden + (uint64_t(slot) * call.rows + row) * 4;
    if (expert >= call.count) // the same for the whole group
    {
        if (whole && lane % threads == 0u)
            storeFloat(to, 0.0);
        return;
    }
    const uint64_t x = call.inRows + uint64_t(token) * call.inStride;
    const uint64_t weights = uint64_t(expert) * call.expertRows + min(row, call.rows - 1u);
    float parts[2];
    for (uint k = 0u; k < 2u; ++k) // a loop: the code is there once
    {
        const uint64_t base = k == 0u ? call.gate : call.up;
        const uint64_t at = base + weights * (k == 0u ? call.gateStride : call.upStride);
        parts[k] = base == 0 ? 0.0 : partOfProduct(at, x, call.width, lane % threads, threads);
    }
    partial[lane] = vec2(joinedShare(parts[0], threads), joinedShare(parts[1], threads));
    barrier();
    if (!whole || lane % threads != 0u)
        return;
    vec2 sum = vec2(0.0);
    for (uint i = 0u; i < threads; i += shareStep(threads))
        sum += partial[lane + i];
    const uint64_t index = uint64_t(expert) * call.rows + row;
    float gate = sum.x;
    float up = sum.y;
    if (call.gateBias != 0)
        gate += loadFloat(call.gateBias + index * 4);
    if (call.upBias != 0)
        up += loadFloat(call.upBias + index * 4);
    if (call.gate == 0)
        gate = loadFloat(to);
    storeFloat(to, call.up == 0 ? gate : gatedValue(call.activation, call.limit, gate, up));
}
