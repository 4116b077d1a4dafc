#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// out = weight * in / sqrt(mean(in^2) + eps): one group a row.
layout(local_size_x = 256) in;
layout(push_constant) uniform RmsNormCall
{
    uint64_t inRows, weight, outRows;
    uint64_t inStride, outStride;
    uint rows, width;
    float epsilon;
    uint reserved;
} call;

shared float partial[256];

void main()
{
    const uint row = groupIndex();
    if (row >= call.rows)
        return;
    const uint lane = gl_LocalInvocationID.x;
    const uint64_t from = call.inRows + uint64_t(row) * call.inStride;
    const uint64_t to = call.outRows + uint64_t(row) * call.outStride;
    float sum = 0.0;
    for (uint i = lane; i < call.width; i += 256u)
    {
        const float x = loadFloat(from + uint64_t(i) * 4);
        sum += x * x;
    }
    partial[lane] = sum;
    barrier();
    for (uint half_ = 128u; half_ > 0u; half_ /= 2u)
    {
        if (lane < half_)
            partial[lane] += partial[lane + half_];
        barrier();
    }
    const float scale = 1.0 / sqrt(partial[0] / float(call.width) + call.epsilon);
    for (uint i = lane; i < call.width; i += 256u)
        storeFloat(to + uint64_t(i) * 4, (call.weight != 0 ? loadFloat(call.weight + uint64_t(i) * 4) : 1.0) * loadFloat(from + uint64_t(i) * 4) * scale);
}
