#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// update 0: a thread an output value. update 1: a thread a column of the state, which keeps the last inputs.
layout(local_size_x = 256) in;
layout(push_constant) uniform CausalConvCall
{
    uint64_t inRows, weight, state, outRows;
    uint inStride, weightStride, outStride;
    uint tokens, channels, taps, activation, update;
} call;

// Input `index` of those in the state and, after them, the new ones.
float inputAt(uint index, uint channel)
{
    const uint before = call.taps - 1u;
    return index < before ? loadFloat(call.state + (uint64_t(index) * call.channels + channel) * 4)
                          : loadFloat(call.inRows + uint64_t(index - before) * call.inStride + uint64_t(channel) * 4);
}

void main()
{
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    const uint channel = index % call.channels;
    const uint token = index / call.channels;
    if (call.update != 0u)
    {
        for (uint k = 0u; token == 0u && k < call.taps - 1u; ++k) // what is read lies behind what is written
            storeFloat(call.state + (uint64_t(k) * call.channels + channel) * 4, inputAt(call.tokens + k, channel));
        return;
    }
    if (token >= call.tokens)
        return;
    float sum = 0.0;
    for (uint k = 0u; k < call.taps; ++k)
        sum += loadFloat(call.weight + uint64_t(channel) * call.weightStride + k * 4u) * inputAt(token + k, channel);
    storeFloat(call.outRows + uint64_t(token) * call.outStride + uint64_t(channel) * 4, activate(call.activation, sum));
}
