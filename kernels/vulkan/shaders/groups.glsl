// The tokens of each expert, as group_slots.comp finds them. A slot is a token's place for an expert: token * most + place. In memory: the number
// of tiles; from word 4 on for each tile of up to 32 slots its expert, the first of its slots in the list below, and their number, and a word that
// is free; then the list. As vulkan_experts.cpp counts.

const uint kSlotsOfTile = 32u;

uint mostTiles(uint slots, uint experts) { return slots / kSlotsOfTile + min(slots, experts); }

uint64_t tileEntry(uint64_t groups, uint tile) { return groups + 16u + uint64_t(tile) * 16u; }

uint64_t slotList(uint64_t groups, uint slots, uint experts) { return tileEntry(groups, mostTiles(slots, experts)); }
