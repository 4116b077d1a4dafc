#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// A group a value head: token by token, a thread the rows 64 apart of its state.
layout(local_size_x = 64) in;
layout(push_constant) uniform GatedDeltaRuleCall
{
    uint64_t query, key, value, alpha, beta, rate, bias, state, outRows;
    uint queryTokenStride, queryHeadStride, keyTokenStride, keyHeadStride, valueTokenStride, valueHeadStride;
    uint alphaStride, betaStride, outTokenStride, outHeadStride;
    uint tokens, keyHeads, width;
    float epsilon;
} call;

const uint kThreads = 64u;
const uint kMostWidth = 256u; // kMostDeltaWidth
shared float query[kMostWidth];
shared float key[kMostWidth];

void main()
{
    const uint head = gl_WorkGroupID.x;
    const uint lane = gl_LocalInvocationID.x;
    const uint keyHead = head % call.keyHeads;
    const uint64_t scalar = uint64_t(head) * 4;
    const uint64_t state = call.state + uint64_t(head) * call.width * call.width * 4;
    for (uint t = 0u; t < call.tokens; ++t)
    {
        barrier(); // the last token's are used
        for (uint i = lane; i < call.width; i += kThreads)
        {
            query[i] = loadFloat(call.query + uint64_t(t) * call.queryTokenStride + uint64_t(keyHead) * call.queryHeadStride + uint64_t(i) * 4);
            key[i] = loadFloat(call.key + uint64_t(t) * call.keyTokenStride + uint64_t(keyHead) * call.keyHeadStride + uint64_t(i) * 4);
        }
        barrier();
        float queryLength = 0.0;
        float keyLength = 0.0;
        for (uint i = 0u; i < call.width; ++i)
        {
            queryLength += query[i] * query[i];
            keyLength += key[i] * key[i];
        }
        const float queryScale = 1.0 / sqrt(queryLength + call.epsilon) / sqrt(float(call.width));
        const float keyScale = 1.0 / sqrt(keyLength + call.epsilon);
        const float keep = exp(loadFloat(call.rate + scalar) *
                               softplus(loadFloat(call.alpha + uint64_t(t) * call.alphaStride + scalar) + loadFloat(call.bias + scalar)));
        const float beta = sigmoid(loadFloat(call.beta + uint64_t(t) * call.betaStride + scalar));
        for (uint row = lane; row < call.width; row += kThreads)
        {
            const uint64_t memory = state + uint64_t(row) * call.width * 4;
            float recalled = 0.0;
            for (uint i = 0u; i < call.width; ++i)
                recalled += loadFloat(memory + uint64_t(i) * 4) * key[i];
            const float value =
                loadFloat(call.value + uint64_t(t) * call.valueTokenStride + uint64_t(head) * call.valueHeadStride + uint64_t(row) * 4);
            const float error = beta * (value - keep * recalled * keyScale) * keyScale;
            float answer = 0.0;
            for (uint i = 0u; i < call.width; ++i)
            {
                const float kept = keep * loadFloat(memory + uint64_t(i) * 4) + error * key[i];
                storeFloat(memory + uint64_t(i) * 4, kept);
                answer += kept * query[i];
            }
            storeFloat(call.outRows + uint64_t(t) * call.outTokenStride + uint64_t(head) * call.outHeadStride + uint64_t(row) * 4,
                       answer * queryScale);
        }
    }
}
