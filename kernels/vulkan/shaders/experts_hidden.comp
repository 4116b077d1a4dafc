#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "dequantise.glsl"
#include "experts.glsl"

// hidden = act(gate_e x) * up_e x: a group computes one row for one token and expert.
layout(local_size_x = 32) in;
layout(push_constant) uniform ExpertsHiddenCall
{
    uint64_t inRows, gate, up, gateBias, upBias, experts, hidden;
    uint64_t gateStride, upStride, inStride;
    uint expertsStride, rows, width, tokens, most, count;
    uint activation, fast;
    float limit;
    uint expertRows;
} call;

shared vec2 partial[32];

void main()
{
    const uint row = groupIndex();
    if (row >= call.rows)
        return;
    const uint slot = gl_WorkGroupID.z;
    const uint token = slot / call.most;
    const uint lane = gl_LocalInvocationID.x;
    const uint expert = expertOf(call.experts, call.expertsStride, token, slot % call.most);
    const uint64_t to = call.hidden + (uint64_t(slot) * call.rows + row) * 4;
    if (expert >= call.count) // the same for the whole group
    {
        if (lane == 0u)
            storeFloat(to, 0.0);
        return;
    }
    const uint64_t index = uint64_t(expert) * call.rows + row;
    const uint64_t x = call.inRows + uint64_t(token) * call.inStride;
    const uint64_t weights = uint64_t(expert) * call.expertRows + row;
    float parts[2];
    for (uint k = 0u; k < 2u; ++k) // a loop: the code is there once
        parts[k] = partOfProduct(k == 0u ? call.gate + weights * call.gateStride : call.up + weights * call.upStride, x, call.width);
    partial[lane] = vec2(parts[0], parts[1]);
    barrier();
    if (lane != 0u)
        return;
    vec2 sum = vec2(0.0);
    for (uint i = 0u; i < 32u; ++i)
        sum += partial[i];
    float gate = sum.x;
    float up = sum.y;
    if (call.gateBias != 0)
        gate += loadFloat(call.gateBias + index * 4);
    if (call.upBias != 0)
        up += loadFloat(call.upBias + index * 4);
    storeFloat(to, gatedValue(call.activation, call.limit, gate, up));
}
