#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// out = factor in.
layout(local_size_x = 256) in;
layout(push_constant) uniform CopyCall
{
    uint64_t inRows, outRows;
    uint64_t inStride, outStride;
    uint rows, width;
    float factor;
    uint reserved;
} call;

void main()
{
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    const uint row = index / call.width;
    if (row >= call.rows)
        return;
    const uint64_t column = uint64_t(index % call.width) * 4;
    storeFloat(call.outRows + uint64_t(row) * call.outStride + column,
               call.factor * loadFloat(call.inRows + uint64_t(row) * call.inStride + column));
}
