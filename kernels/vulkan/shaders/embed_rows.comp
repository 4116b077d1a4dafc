#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// y[t] = row ids[t] of the table. A thread expands 32 values.
layout(local_size_x = 256) in;
layout(push_constant) uniform EmbedCall
{
    uint64_t table, ids, outRows;
    uint64_t tableStride, outStride;
    uint tokens, width;
    GRIDS
} call;

#include "dequantise.glsl"

void main()
{
    const uint groups = (call.width + 31u) / 32u;
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    const uint token = index / groups;
    if (token >= call.tokens)
        return;
    const uint group = index % groups;
    const uint id = Word(call.ids + uint64_t(token) * 4).value;
    float v[32];
    expandGroup(call.table + uint64_t(id) * call.tableStride, group, call.width, v);
    const uint64_t to = call.outRows + uint64_t(token) * call.outStride + uint64_t(group) * 128;
    for (uint i = 0u; i < 32u && group * 32u + i < call.width; ++i)
        storeFloat(to + i * 4u, v[i]);
}
