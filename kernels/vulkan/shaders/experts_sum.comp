#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// out += sum over the token's experts of weight * their results (experts_down_tiled.comp), in order of choice: a thread a value.
layout(local_size_x = 256) in;
layout(push_constant) uniform ExpertsSumCall
{
    uint64_t results, experts, weights, outRows;
    uint64_t outStride;
    uint expertsStride, weightsStride, rows, tokens, most, count;
} call;

#include "experts_of.glsl"

void main()
{
    const uint row = groupIndex() * 256u + gl_LocalInvocationID.x;
    if (row >= call.rows)
        return;
    const uint token = gl_WorkGroupID.z;
    const uint64_t to = call.outRows + uint64_t(token) * call.outStride + uint64_t(row) * 4;
    float sum = loadFloat(to);
    for (uint j = 0u; j < call.most; ++j)
    {
        if (expertOf(call.experts, call.expertsStride, token, j) >= call.count)
            continue;
        const uint64_t result = call.results + (uint64_t(token * call.most + j) * call.rows + row) * 4;
        sum += loadFloat(call.weights + uint64_t(token) * call.weightsStride + j * 4u) * loadFloat(result);
    }
    storeFloat(to, sum);
}
