#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// out += in, rows of in repeated.
layout(local_size_x = 256) in;
layout(push_constant) uniform AddCall
{
    uint64_t inRows, outRows;
    uint64_t inStride, outStride;
    uint rows, width, inCount, reserved;
} call;

void main()
{
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    const uint row = index / call.width;
    if (row >= call.rows)
        return;
    const uint64_t column = uint64_t(index % call.width) * 4;
    const uint64_t to = call.outRows + uint64_t(row) * call.outStride + column;
    storeFloat(to, loadFloat(to) + loadFloat(call.inRows + uint64_t(row % call.inCount) * call.inStride + column));
}
