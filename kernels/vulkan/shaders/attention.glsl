// Attention: a group computes one head of one query, 64 keys at a time: a thread a key for the logits, then a thread a column for the
// values. With COMPRESSED keys of another cache join the same softmax, behind the others. After common.glsl, dequantise.glsl, cache.glsl.

layout(local_size_x = 64) in;
layout(push_constant) uniform AttentionCall
{
    uint64_t query, keys, values, pages, sinks, outRows;
    uint queryTokenStride, queryHeadStride, keySlotStride, keyHeadStride;
    uint valueSlotStride, valueHeadStride, outTokenStride, outHeadStride;
    uint tokens, heads, kvHeads, width, valueWidth;
    uint first, keyCount, pageTokens, window;
    float scale;
#ifdef COMPRESSED
    uint64_t compressed;
#endif
} call;

#ifdef COMPRESSED
layout(buffer_reference, std430, buffer_reference_align = 8) buffer CompressedKeysCall
{
    uint64_t keys, values, pages, chosen;
    uint keySlotStride, keyHeadStride, valueSlotStride, valueHeadStride;
    uint chosenStride, most, ratio, pageTokens;
    uint floats, reserved;
};
#endif

#define GROUP_THREADS 64u
#include "joined.glsl"

const uint kThreads = GROUP_THREADS;
const uint kMostWidth = 640u;           // kMostHeadWidth
const uint kColumns = kMostWidth / kThreads; // of a thread
const float kLowest = -3.0e38;

shared float query[kMostWidth];
shared float shares[kThreads];
shared uint64_t rows[kThreads]; // of values; 0: the key counts for nothing
shared uint floats[kThreads];   // 1: they are F32, whatever the cache's type

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

// The logit of the key at `place` of all that a query sees: those of the cache from `begin` on, `own` of them, then compressed ones. Its values'
// row is left in rows[lane].
float look(uint place, uint lane, uint token, uint kvHead, uint begin, uint own)
{
#ifdef COMPRESSED
    if (place >= own)
    {
        CompressedKeysCall more = CompressedKeysCall(call.compressed);
        const uint visible = (call.first + token + 1u) / more.ratio;
        uint row = place - own;
        if (more.chosen != 0)
            row = Word(more.chosen + uint64_t(token) * more.chosenStride + row * 4u).value; // -1 is beyond all
        rows[lane] = 0;
        floats[lane] = more.floats;
        if (row >= visible)
            return kLowest;
        const uint slot = slotOf(more.pages, more.pageTokens, row);
        const uint64_t key = more.keys + uint64_t(slot) * more.keySlotStride + uint64_t(kvHead) * more.keyHeadStride;
        rows[lane] = more.values + uint64_t(slot) * more.valueSlotStride + uint64_t(kvHead) * more.valueHeadStride;
        if (more.floats == 0u)
            return product(key);
        float sum = 0.0;
        for (uint i = 0u; i < call.width; ++i)
            sum += loadFloat(key + uint64_t(i) * 4) * query[i];
        return sum;
    }
#endif
    const uint slot = slotOf(call.pages, call.pageTokens, begin + place);
    rows[lane] = call.values + uint64_t(slot) * call.valueSlotStride + uint64_t(kvHead) * call.valueHeadStride;
    floats[lane] = 0u;
    return product(call.keys + uint64_t(slot) * call.keySlotStride + uint64_t(kvHead) * call.keyHeadStride);
}

float valueAt(uint key, uint column)
{
#ifdef COMPRESSED
    if (rows[key] == 0)
        return 0.0;
    if (floats[key] != 0u)
        return loadFloat(rows[key] + uint64_t(column) * 4);
#endif
    return cached(rows[key], column);
}

void main()
{
    const uint head = groupIndex();
    if (head >= call.heads)
        return;
    const uint token = gl_WorkGroupID.z;
    const uint lane = laneOf();
    const uint kvHead = head / (call.heads / call.kvHeads);
    const uint64_t queryRow = call.query + uint64_t(token) * call.queryTokenStride + uint64_t(head) * call.queryHeadStride;
    for (uint i = lane; i < kMostWidth; i += kThreads)
        query[i] = i < call.width ? call.scale * loadFloat(queryRow + uint64_t(i) * 4) : 0.0;
    const uint end = call.keyCount != 0u ? call.keyCount : call.first + token + 1u;
    const uint begin = call.window > 0u && end > call.window ? end - call.window : 0u;
    const uint own = end - begin;
    uint seen = own;
#ifdef COMPRESSED
    {
        CompressedKeysCall more = CompressedKeysCall(call.compressed);
        seen += more.chosen != 0 ? more.most : (call.first + token + 1u) / more.ratio;
    }
#endif

    float largest = kLowest;
    float sum = 0.0;
    float columns[kColumns];
    for (uint c = 0u; c < kColumns; ++c)
        columns[c] = 0.0;
    for (uint base = 0u; base < seen; base += kThreads)
    {
        const uint count = min(kThreads, seen - base);
        barrier(); // the query is there; the last tile's shares are used
        const float logit = lane < count ? look(base + lane, lane, token, kvHead, begin, own) : kLowest;
        const float most = max(largest, greatest(logit));
        const float share = lane < count ? exp(logit - most) : 0.0;
        shares[lane] = share;
        const float kept = largest > kLowest ? exp(largest - most) : 0.0;
        largest = most;
        sum = sum * kept + total(share); // shares and rows of all are there
        for (uint c = 0u; c < kColumns; ++c)
        {
            const uint column = c * kThreads + lane;
            if (column >= call.valueWidth)
                break;
            float total = columns[c] * kept;
            for (uint i = 0u; i < count; ++i)
                total += shares[i] * valueAt(i, column);
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
