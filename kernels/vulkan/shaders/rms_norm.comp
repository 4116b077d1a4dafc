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

#define GROUP_THREADS 256u
#include "joined.glsl"

void main()
{
    const uint row = groupIndex();
    if (row >= call.rows)
        return;
    const uint lane = laneOf();
    const uint64_t from = call.inRows + uint64_t(row) * call.inStride;
    const uint64_t to = call.outRows + uint64_t(row) * call.outStride;
    float sum = 0.0;
    for (uint i = lane; i < call.width; i += 256u)
    {
        const float x = loadFloat(from + uint64_t(i) * 4);
        sum += x * x;
    }
    const float scale = 1.0 / sqrt(total(sum) / float(call.width) + call.epsilon);
    for (uint i = lane; i < call.width; i += 256u)
        storeFloat(to + uint64_t(i) * 4, (call.weight != 0 ? loadFloat(call.weight + uint64_t(i) * 4) : 1.0) * loadFloat(from + uint64_t(i) * 4) * scale);
}
