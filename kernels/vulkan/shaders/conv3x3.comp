#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "dequantise.glsl"

// A thread an output value; kType is the weights', F32 or F16.
layout(local_size_x = 256) in;
layout(push_constant) uniform Conv3x3Call
{
    uint64_t inRows, weight, bias, outRows;
    uint inLine, inPixel, outLine, outPixel;
    uint height, width, channels, outHeight, outWidth, outChannels;
    uint stride, activation;
} call;

float weightAt(uint index)
{
    return kType == kF32 ? loadFloat(call.weight + uint64_t(index) * 4) : halfToFloat(loadHalfBits(call.weight + uint64_t(index) * 2));
}

void main()
{
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    const uint channel = index % call.outChannels;
    const uint column = index / call.outChannels % call.outWidth;
    const uint line = index / call.outChannels / call.outWidth;
    if (line >= call.outHeight)
        return;
    float sum = loadFloat(call.bias + uint64_t(channel) * 4);
    for (uint k = 0u; k < 9u; ++k)
    {
        const int y = int(line * call.stride + k / 3u) - 1;
        const int x = int(column * call.stride + k % 3u) - 1;
        if (y < 0 || y >= int(call.height) || x < 0 || x >= int(call.width))
            continue;
        const uint64_t from = call.inRows + uint64_t(y) * call.inLine + uint64_t(x) * call.inPixel;
        for (uint c = 0u; c < call.channels; ++c)
            sum += weightAt((channel * call.channels + c) * 9u + k) * loadFloat(from + uint64_t(c) * 4);
    }
    storeFloat(call.outRows + uint64_t(line) * call.outLine + uint64_t(column) * call.outPixel + uint64_t(channel) * 4,
               activate(call.activation, sum));
}
