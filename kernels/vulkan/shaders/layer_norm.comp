#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// out = weight * (in - mean) / sqrt(variance + eps) + bias: one group a row.
layout(local_size_x = 256) in;
layout(push_constant) uniform LayerNormCall
{
    uint64_t inRows, weight, bias, outRows;
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
        sum += loadFloat(from + uint64_t(i) * 4);
    const float mean = total(sum) / float(call.width);
    float squares = 0.0;
    float left = 0.0; // what rounding took from the mean: of values that lie far from 0 it is a share of their spread
    for (uint i = lane; i < call.width; i += 256u)
    {
        const float x = loadFloat(from + uint64_t(i) * 4) - mean;
        squares += x * x;
        left += x;
    }
    const float rest = total(left) / float(call.width);
    const float variance = max(total(squares) / float(call.width) - rest * rest, 0.0);
    const float scale = 1.0 / sqrt(variance + call.epsilon);
    for (uint i = lane; i < call.width; i += 256u)
    {
        const uint64_t at = uint64_t(i) * 4;
        storeFloat(to + at, loadFloat(call.weight + at) * (loadFloat(from + at) - mean - rest) * scale + loadFloat(call.bias + at));
    }
}
