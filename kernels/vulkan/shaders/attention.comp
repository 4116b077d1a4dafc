#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "dequantise.glsl"
#include "cache.glsl"

// A group computes one head of one query, 64 keys at a time: a thread a key for the logits, then a thread a column for the values.
layout(local_size_x = 64) in;
layout(push_constant) uniform AttentionCall
{
    uint64_t query, keys, values, pages, sinks, outRows;
    uint queryTokenStride, queryHeadStride, keySlotStride, keyHeadStride;
    uint valueSlotStride, valueHeadStride, outTokenStride, outHeadStride;
    uint tokens, heads, kvHeads, width, valueWidth;
    uint first, keyCount, pageTokens, window;
    float scale;
} call;

const uint kThreads = 64u;
const uint kMostWidth = 640u;           // kMostHeadWidth
const uint kColumns = kMostWidth / kThreads; // of a thread
const float kLowest = -3.0e38;

shared float query[kMostWidth];
shared float logits[kThreads];
shared float shares[kThreads];
shared uint slots[kThreads];

float product(uint64_t key)
{
    float sum = 0.0;
    for (uint group = 0u; group * 32u < call.width; ++group)
    {
        float v[32];
        expandGroup(key, group, call.width, v);
        for (uint i = 0u; i < 32u; ++i)
            sum += v[i] * query[group * 32u + i];
    }
    return sum;
}

void main()
{
    const uint head = groupIndex();
    if (head >= call.heads)
        return;
    const uint token = gl_WorkGroupID.z;
    const uint lane = gl_LocalInvocationID.x;
    const uint kvHead = head / (call.heads / call.kvHeads);
    const uint64_t queryRow = call.query + uint64_t(token) * call.queryTokenStride + uint64_t(head) * call.queryHeadStride;
    for (uint i = lane; i < kMostWidth; i += kThreads)
        query[i] = i < call.width ? call.scale * loadFloat(queryRow + uint64_t(i) * 4) : 0.0;
    const uint end = call.keyCount != 0u ? call.keyCount : call.first + token + 1u;
    const uint begin = call.window > 0u && end > call.window ? end - call.window : 0u;

    float largest = kLowest;
    float sum = 0.0;
    float columns[kColumns];
    for (uint c = 0u; c < kColumns; ++c)
        columns[c] = 0.0;
    for (uint base = begin; base < end; base += kThreads)
    {
        const uint count = min(kThreads, end - base);
        barrier(); // the query is there; the last tile's shares are used
        if (lane < count)
        {
            slots[lane] = slotOf(call.pages, call.pageTokens, base + lane);
            logits[lane] = product(call.keys + uint64_t(slots[lane]) * call.keySlotStride + uint64_t(kvHead) * call.keyHeadStride);
        }
        barrier();
        float most = largest;
        for (uint i = 0u; i < count; ++i)
            most = max(most, logits[i]);
        if (lane < count)
            shares[lane] = exp(logits[lane] - most);
        barrier();
        const float kept = largest > kLowest ? exp(largest - most) : 0.0;
        largest = most;
        sum *= kept;
        for (uint i = 0u; i < count; ++i)
            sum += shares[i];
        for (uint c = 0u; c < kColumns; ++c)
        {
            const uint column = c * kThreads + lane;
            if (column >= call.valueWidth)
                break;
            float total = columns[c] * kept;
            for (uint i = 0u; i < count; ++i)
                total += shares[i] * cached(call.values + uint64_t(slots[i]) * call.valueSlotStride + uint64_t(kvHead) * call.valueHeadStride,
                                            column);
            columns[c] = total;
        }
    }
    float factor = 1.0;
    if (call.sinks != 0)
    {
        const float sink = loadFloat(call.sinks + uint64_t(head) * 4);
        const float most = max(largest, sink);
        factor = exp(largest - most);
        sum = sum * factor + exp(sink - most);
    }
    const uint64_t to = call.outRows + uint64_t(token) * call.outTokenStride + uint64_t(head) * call.outHeadStride;
    for (uint c = 0u; c < kColumns; ++c)
        if (c * kThreads + lane < call.valueWidth)
            storeFloat(to + uint64_t(c * kThreads + lane) * 4, columns[c] * factor / sum);
}
