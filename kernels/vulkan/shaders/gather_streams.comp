#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// A block's input from parallel streams, and how its output returns to them (GatherStreamsArgs): a group a token.
layout(local_size_x = 256) in;
layout(push_constant) uniform GatherStreamsCall
{
    uint64_t streams, projection, base, scale, post, mix, outRows;
    uint tokenStride, streamStride, projectionStride, postStride, mixTokenStride, mixRowStride, outStride;
    uint tokens, count, width, iterations;
    float epsilon;
} call;

const uint kMostStreams = 16u;

shared float pre[kMostStreams];
shared float mix[kMostStreams * kMostStreams];

// Value `index` of the projection, scaled and moved.
float logit(uint token, uint index)
{
    const float scale = loadFloat(call.scale + min(index / call.count, 2u) * 4u);
    return loadFloat(call.projection + uint64_t(token) * call.projectionStride + index * 4u) * scale + loadFloat(call.base + index * 4u);
}

void main()
{
    const uint token = groupIndex();
    if (token >= call.tokens)
        return;
    const uint lane = gl_LocalInvocationID.x;
    const uint count = call.count;
    if (lane < count)
        pre[lane] = sigmoid(logit(token, lane)) + call.epsilon;
    barrier();
    for (uint i = lane; i < call.width; i += 256u)
    {
        float sum = 0.0;
        for (uint s = 0u; s < count; ++s)
            sum += pre[s] * loadFloat(call.streams + uint64_t(token) * call.tokenStride + uint64_t(s) * call.streamStride + uint64_t(i) * 4);
        storeFloat(call.outRows + uint64_t(token) * call.outStride + uint64_t(i) * 4, sum);
    }
    if (call.post == 0)
        return;
    if (lane < count)
    {
        storeFloat(call.post + uint64_t(token) * call.postStride + lane * 4u, 2.0 * sigmoid(logit(token, count + lane)));
        float largest = -3.0e38;
        for (uint j = 0u; j < count; ++j)
            largest = max(largest, logit(token, (2u + lane) * count + j));
        float sum = 0.0;
        for (uint j = 0u; j < count; ++j)
        {
            mix[lane * count + j] = exp(logit(token, (2u + lane) * count + j) - largest);
            sum += mix[lane * count + j];
        }
        for (uint j = 0u; j < count; ++j)
            mix[lane * count + j] = mix[lane * count + j] / sum + call.epsilon;
    }
    for (uint iteration = 0u; iteration < call.iterations; ++iteration)
    {
        for (uint part = iteration == 0u ? 1u : 0u; part < 2u; ++part) // rows, then columns
        {
            barrier();
            const uint start = part == 0u ? lane * count : lane;
            const uint step = part == 0u ? 1u : count;
            if (lane < count)
            {
                float sum = call.epsilon;
                for (uint i = 0u; i < count; ++i)
                    sum += mix[start + i * step];
                for (uint i = 0u; i < count; ++i)
                    mix[start + i * step] /= sum;
            }
        }
    }
    barrier();
    for (uint i = lane; i < count * count; i += 256u)
        storeFloat(call.mix + uint64_t(token) * call.mixTokenStride + uint64_t(i / count) * call.mixRowStride + (i % count) * 4u, mix[i]);
}
