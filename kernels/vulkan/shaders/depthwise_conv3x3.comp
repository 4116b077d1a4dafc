#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// A thread an output value.
layout(local_size_x = 256) in;
layout(push_constant) uniform DepthwiseConv3x3Call
{
    uint64_t inRows, weight, bias, outRows;
    uint inLine, inPixel, outLine, outPixel;
    uint height, width, channels, residual;
} call;

void main()
{
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    const uint channel = index % call.channels;
    const uint column = index / call.channels % call.width;
    const uint line = index / call.channels / call.width;
    if (line >= call.height)
        return;
    const uint64_t at = uint64_t(channel) * 4;
    float sum = loadFloat(call.bias + at);
    for (uint k = 0u; k < 9u; ++k)
    {
        const int y = int(line + k / 3u) - 1;
        const int x = int(column + k % 3u) - 1;
        if (y < 0 || y >= int(call.height) || x < 0 || x >= int(call.width))
            continue;
        sum += loadFloat(call.weight + uint64_t(channel * 9u + k) * 4) *
               loadFloat(call.inRows + uint64_t(y) * call.inLine + uint64_t(x) * call.inPixel + at);
    }
    if (call.residual != 0u)
        sum += loadFloat(call.inRows + uint64_t(line) * call.inLine + uint64_t(column) * call.inPixel + at);
    storeFloat(call.outRows + uint64_t(line) * call.outLine + uint64_t(column) * call.outPixel + at, sum);
}
