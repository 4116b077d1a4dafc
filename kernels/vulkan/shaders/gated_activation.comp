#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// out = act(gate) * up.
layout(local_size_x = 256) in;
layout(push_constant) uniform GatedActivationCall
{
    uint64_t gate, up, outRows;
    uint64_t gateStride, upStride, outStride;
    uint rows, width, activation;
    float limit;
} call;

void main()
{
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    const uint row = index / call.width;
    if (row >= call.rows)
        return;
    const uint64_t column = uint64_t(index % call.width) * 4;
    const float gate = loadFloat(call.gate + uint64_t(row) * call.gateStride + column);
    const float up = loadFloat(call.up + uint64_t(row) * call.upStride + column);
    storeFloat(call.outRows + uint64_t(row) * call.outStride + column, gatedValue(call.activation, call.limit, gate, up));
}
