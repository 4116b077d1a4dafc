#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Rotates pairs of each head in place by angles computed on the host: a thread a pair.
layout(local_size_x = 256) in;
layout(push_constant) uniform RopeCall
{
    uint64_t inout_, rotations;
    uint64_t tokenStride, headStride;
    uint tokens, heads, pairs;
    uint interleaved;
} call;

void main()
{
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    const uint pair = index % call.pairs;
    const uint head = index / call.pairs % call.heads;
    const uint token = index / call.pairs / call.heads;
    if (token >= call.tokens)
        return;
    const uint64_t base = call.inout_ + uint64_t(token) * call.tokenStride + uint64_t(head) * call.headStride;
    const uint64_t first = base + (call.interleaved != 0u ? pair * 8u : pair * 4u);
    const uint64_t second = first + (call.interleaved != 0u ? 4u : call.pairs * 4u);
    const uint64_t rotation = call.rotations + (uint64_t(token) * call.pairs + pair) * 8;
    const float c = loadFloat(rotation);
    const float s = loadFloat(rotation + 4);
    const float x = loadFloat(first);
    const float y = loadFloat(second);
    storeFloat(first, x * c - y * s);
    storeFloat(second, x * s + y * c);
}
