#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"

// Brings slots that have chosen the same expert together (groups.glsl), in no fixed order: none of the products depends on it. One group.
layout(local_size_x = 256) in;
layout(push_constant) uniform GroupSlotsCall
{
    uint64_t experts, groups;
    uint expertsStride, tokens, most, count;
} call;

#include "experts_of.glsl"
#include "groups.glsl"

const uint kMostExperts = 1024u;
shared uint counts[kMostExperts];
shared uint firsts[kMostExperts];     // of the expert's slots in the list
shared uint firstTiles[kMostExperts];

uint expertOfSlot(uint slot) { return expertOf(call.experts, call.expertsStride, slot / call.most, slot % call.most); }

void main()
{
    const uint lane = gl_LocalInvocationID.x;
    const uint slots = call.tokens * call.most;
    for (uint e = lane; e < call.count; e += 256u)
        counts[e] = 0u;
    barrier();
    for (uint slot = lane; slot < slots; slot += 256u)
    {
        const uint expert = expertOfSlot(slot);
        if (expert < call.count)
            atomicAdd(counts[expert], 1u);
    }
    barrier();
    if (lane == 0u)
    {
        uint first = 0u;
        uint tile = 0u;
        for (uint e = 0u; e < call.count; ++e)
        {
            firsts[e] = first;
            firstTiles[e] = tile;
            first += counts[e];
            tile += (counts[e] + kSlotsOfTile - 1u) / kSlotsOfTile;
        }
        Word(call.groups).value = tile;
    }
    barrier();
    for (uint e = lane; e < call.count; e += 256u)
    {
        for (uint done = 0u; done < counts[e]; done += kSlotsOfTile)
        {
            const uint64_t entry = tileEntry(call.groups, firstTiles[e] + done / kSlotsOfTile);
            Word(entry).value = e;
            Word(entry + 4).value = firsts[e] + done;
            Word(entry + 8).value = min(kSlotsOfTile, counts[e] - done);
        }
    }
    barrier();
    const uint64_t list = slotList(call.groups, slots, call.count);
    for (uint slot = lane; slot < slots; slot += 256u)
    {
        const uint expert = expertOfSlot(slot);
        if (expert < call.count)
            Word(list + uint64_t(atomicAdd(firsts[expert], 1u)) * 4).value = slot;
    }
}
