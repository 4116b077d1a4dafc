// The tile of an expert's tokens that a group computes. After dequantise.glsl; the shader says with tokenOfSlot() where a slot's values lie.
#include "groups.glsl"

uint64_t tokenOfSlot(uint slot);
uint64_t tokenAt(uint t);
#include "tile.glsl"

shared uint tileSlots[kTileTokens];

uint64_t tokenAt(uint t) { return tokenOfSlot(tileSlots[t]); }

// False where there is no such tile: more groups are started than tiles can be.
bool findTile(uint64_t groups, uint slots, uint experts, out uint expert, out uint count)
{
    const uint tile = gl_WorkGroupID.z;
    if (tile >= Word(groups).value)
        return false;
    const uint64_t entry = tileEntry(groups, tile);
    expert = Word(entry).value;
    count = Word(entry + 8).value;
    const uint lane = gl_LocalInvocationID.x;
    if (lane < count)
        tileSlots[lane] = Word(slotList(groups, slots, experts) + uint64_t(Word(entry + 4).value + lane) * 4).value;
    barrier();
    return true;
}
