#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// inout[t, h, :] *= sigmoid(gate[t, h]).
layout(local_size_x = 256) in;
layout(push_constant) uniform HeadGateCall
{
    uint64_t gate, inout_;
    uint64_t gateStride, tokenStride, headStride;
    uint tokens, heads, width, reserved;
} call;

void main()
{
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    const uint head = index / call.width % call.heads;
    const uint token = index / call.width / call.heads;
    if (token >= call.tokens)
        return;
    const float gate = loadFloat(call.gate + uint64_t(token) * call.gateStride + uint64_t(head) * 4);
    const uint64_t at = call.inout_ + uint64_t(token) * call.tokenStride + uint64_t(head) * call.headStride +
                        uint64_t(index % call.width) * 4;
    storeFloat(at, loadFloat(at) * sigmoid(gate));
}
