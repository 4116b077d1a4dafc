#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Rows that stand for several positions (PoolBlocksArgs). update 0: a thread a column of a block that is finished. update 1: a thread a value
// of the state, which keeps the last positions.
layout(local_size_x = 256) in;
layout(push_constant) uniform PoolBlocksCall
{
    uint64_t values, gates, bias, state, outRows;
    uint valuesStride, gatesStride, biasStride, outStride;
    uint tokens, first, ratio, width, halves, blocks, update, reserved;
} call;

uint kept() { return call.halves * call.ratio; }      // positions in the state
uint columns() { return call.halves * call.width; }   // of a position

float valueAt(uint position, uint column)
{
    if (position >= call.first)
        return loadFloat(call.values + uint64_t(position - call.first) * call.valuesStride + uint64_t(column) * 4);
    return loadFloat(call.state + (uint64_t(position % kept()) * columns() + column) * 4);
}

float gateAt(uint position, uint column)
{
    if (position >= call.first)
        return loadFloat(call.gates + uint64_t(position - call.first) * call.gatesStride + uint64_t(column) * 4) +
               loadFloat(call.bias + uint64_t(position % call.ratio) * call.biasStride + uint64_t(column) * 4);
    return loadFloat(call.state + (uint64_t(kept() + position % kept()) * columns() + column) * 4);
}

// A block before pools by the first half of its columns, the block itself by the second.
uint columnFor(uint position, uint begin, uint column) { return call.halves == 2u && position >= begin ? call.width + column : column; }

void pool(uint block, uint column)
{
    const uint begin = (call.first / call.ratio + block) * call.ratio;
    const uint from = call.halves == 2u && begin >= call.ratio ? begin - call.ratio : begin;
    float largest = -3.0e38;
    for (uint p = from; p < begin + call.ratio; ++p)
        largest = max(largest, gateAt(p, columnFor(p, begin, column)));
    float sum = 0.0;
    float weighted = 0.0;
    for (uint p = from; p < begin + call.ratio; ++p)
    {
        const float share = exp(gateAt(p, columnFor(p, begin, column)) - largest);
        sum += share;
        weighted += share * valueAt(p, columnFor(p, begin, column));
    }
    storeFloat(call.outRows + uint64_t(block) * call.outStride + uint64_t(column) * 4, weighted / sum);
}

void main()
{
    const uint index = groupIndex() * 256u + gl_LocalInvocationID.x;
    if (call.update == 0u)
    {
        if (index < call.blocks * call.width)
            pool(index / call.width, index % call.width);
        return;
    }
    const uint row = index / columns();
    const uint column = index % columns();
    if (row >= kept())
        return;
    const uint last = call.first + call.tokens - 1u;
    const uint back = (last - row % kept() + kept()) % kept(); // from the last position to the last one of this row
    if (last < back || last - back < call.first)
        return;
    const uint position = last - back;
    const float value = valueAt(position, column);
    const float gate = gateAt(position, column);
    storeFloat(call.state + (uint64_t(row) * columns() + column) * 4, value);
    storeFloat(call.state + (uint64_t(kept() + row) * columns() + column) * 4, gate);
}
