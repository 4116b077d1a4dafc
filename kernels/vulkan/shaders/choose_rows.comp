#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// The rows that a query attends to (ChooseRowsArgs): a group a token. The least score that is chosen is found bit by bit.
layout(local_size_x = 64) in;
layout(push_constant) uniform ChooseRowsCall
{
    uint64_t query, weights, keys, chosen, scores;
    uint tokenStride, headStride, weightsStride, keysStride, chosenStride;
    uint tokens, heads, width, most, first, ratio, capacity;
} call;

const uint kThreads = 64u;

shared uint counts[kThreads];

// Greater floats are greater integers; a compiler may make a zero of either sign, and these are equal. What is no number comes last, as on
// the processor.
uint ordered(float score)
{
    const uint bits = floatBitsToUint(score);
    if ((bits & 0x7FFFFFFFu) > 0x7F800000u)
        return 0u;
    if ((bits & 0x7FFFFFFFu) == 0u)
        return 0x80000000u;
    return (bits & 0x80000000u) != 0u ? ~bits : bits | 0x80000000u;
}

float scoreOf(uint token, uint row)
{
    float score = 0.0;
    for (uint h = 0u; h < call.heads; ++h)
    {
        const uint64_t query = call.query + uint64_t(token) * call.tokenStride + uint64_t(h) * call.headStride;
        float sum = 0.0;
        for (uint i = 0u; i < call.width; ++i)
            sum += loadFloat(query + uint64_t(i) * 4) * loadFloat(call.keys + uint64_t(row) * call.keysStride + uint64_t(i) * 4);
        score += loadFloat(call.weights + uint64_t(token) * call.weightsStride + h * 4u) * max(sum, 0.0);
    }
    return score;
}

uint all()
{
    uint sum = 0u;
    for (uint i = 0u; i < kThreads; ++i)
        sum += counts[i];
    return sum;
}

uint before(uint lane)
{
    uint sum = 0u;
    for (uint i = 0u; i < lane; ++i)
        sum += counts[i];
    return sum;
}

void main()
{
    const uint token = groupIndex();
    if (token >= call.tokens)
        return;
    const uint lane = gl_LocalInvocationID.x;
    const uint visible = (call.first + token + 1u) / call.ratio;
    const uint64_t chosen = call.chosen + uint64_t(token) * call.chosenStride;
    const uint taken = min(visible, call.most);
    for (uint i = taken + lane; i < call.most; i += kThreads)
        Word(chosen + uint64_t(i) * 4).value = 0xFFFFFFFFu;
    if (visible <= call.most)
    {
        for (uint i = lane; i < taken; i += kThreads)
            Word(chosen + uint64_t(i) * 4).value = i;
        return;
    }
    // Each thread has a stretch of rows, so that what it chooses lies together.
    const uint stretch = (visible + kThreads - 1u) / kThreads;
    const uint begin = min(lane * stretch, visible);
    const uint end = min(begin + stretch, visible);
    const uint64_t scores = call.scores + uint64_t(token) * call.capacity * 4u;
    for (uint row = begin; row < end; ++row)
        Word(scores + uint64_t(row) * 4).value = ordered(scoreOf(token, row));
    uint least = 0u; // the greatest that `most` rows reach
    for (int bit = 31; bit >= 0; --bit)
    {
        const uint tried = least | 1u << bit;
        uint reach = 0u;
        for (uint row = begin; row < end; ++row)
            reach += Word(scores + uint64_t(row) * 4).value >= tried ? 1u : 0u;
        counts[lane] = reach;
        barrier();
        if (all() >= call.most)
            least = tried;
        barrier();
    }
    uint above = 0u;
    uint equal = 0u;
    for (uint row = begin; row < end; ++row)
    {
        const uint score = Word(scores + uint64_t(row) * 4).value;
        above += score > least ? 1u : 0u;
        equal += score == least ? 1u : 0u;
    }
    counts[lane] = above;
    barrier();
    const uint room = call.most - all(); // for rows that are just as good as the last
    const uint aboveBefore = before(lane);
    barrier();
    counts[lane] = equal;
    barrier();
    const uint equalBefore = min(before(lane), room);
    uint place = aboveBefore + equalBefore;
    uint left = min(equal, room - equalBefore);
    for (uint row = begin; row < end; ++row)
    {
        const uint score = Word(scores + uint64_t(row) * 4).value;
        const bool takes = score > least || (score == least && left > 0u);
        left -= takes && score == least ? 1u : 0u;
        if (takes)
            Word(chosen + uint64_t(place++) * 4).value = row;
    }
}
