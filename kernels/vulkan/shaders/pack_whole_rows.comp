#version 460
#extension GL_GOOGLE_include_directive : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#include "common.glsl"
#define GROUP_THREADS 256u
#include "joined.glsl"

// Inputs of products of matrices (packed.glsl): a group makes a row of halves, against the largest value of the row.
layout(local_size_x = GROUP_THREADS) in;
layout(push_constant) uniform PackRowsCall
{
    uint64_t inRows, packed;
    uint64_t inStride;
    uint rows, width;
} call;

void main()
{
    const uint row = groupIndex();
    if (row >= call.rows)
        return;
    const uint64_t from = call.inRows + uint64_t(row) * call.inStride;
    const uint64_t to = call.packed + uint64_t(row) * (call.width * 2u + 16u);
    float most = 0.0;
    for (uint i = laneOf(); i < call.width; i += GROUP_THREADS)
        most = max(most, abs(loadFloat(from + i * 4u)));
    most = greatest(most);
    const float inverse = most > 1.0e-37 ? 1.0 / most : 0.0; // less is nothing; its inverse might not be finite
    for (uint i = laneOf(); i < call.width / 2u; i += GROUP_THREADS)
    {
        const vec2 pair = vec2(loadFloat(from + i * 8u), loadFloat(from + i * 8u + 4u));
        Word(to + i * 4u).value = packFloat2x16(f16vec2(pair * inverse));
    }
    if (laneOf() == 0u)
        storeFloat(to + call.width * 2u, most);
}
