#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// A block's output back to parallel streams (SpreadStreamsArgs): a thread a column of a token.
layout(local_size_x = 256) in;
layout(push_constant) uniform SpreadStreamsCall
{
    uint64_t inRows, post, mix, streams;
    uint inStride, postStride, mixTokenStride, mixRowStride, tokenStride, streamStride;
    uint tokens, count, width, reserved;
} call;

const uint kMostStreams = 16u;

void main()
{
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    const uint token = index / call.width;
    const uint column = index % call.width;
    if (token >= call.tokens)
        return;
    const uint64_t first = call.streams + uint64_t(token) * call.tokenStride + uint64_t(column) * 4;
    float before[kMostStreams];
    for (uint i = 0u; i < call.count; ++i)
        before[i] = loadFloat(first + uint64_t(i) * call.streamStride);
    const float x = loadFloat(call.inRows + uint64_t(token) * call.inStride + uint64_t(column) * 4);
    for (uint j = 0u; j < call.count; ++j)
    {
        float sum = loadFloat(call.post + uint64_t(token) * call.postStride + j * 4u) * x;
        for (uint i = 0u; i < call.count; ++i)
            sum += loadFloat(call.mix + uint64_t(token) * call.mixTokenStride + uint64_t(i) * call.mixRowStride + j * 4u) * before[i];
        storeFloat(first + uint64_t(j) * call.streamStride, sum);
    }
}
