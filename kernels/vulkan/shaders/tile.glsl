// Products of many tokens: a group computes 64 rows of weights for up to 32 tokens. 32 values of each row at a time are brought once into shared
// memory, beside as many of each token; a thread multiplies 8 rows with 4 tokens, 8 apart, so that few tokens cost few products. What lies
// there: floats, and in fast products bytes or halves (packed.glsl), which subgroups may multiply as matrices. After dequantise.glsl.
#ifdef MATRICES
#define SUBGROUPS
#endif
#include "joined.glsl"
#include "packed.glsl"

const uint kTileThreads = 64u;
const uint kTileRows = 64u;
const uint kTileTokens = 32u;
const uint kRowPitch = kTileRows + 1u; // one more: threads that write neighbouring values meet different banks
const uint kTokenPitch = kTileTokens + 1u;

#if defined(MATRICES)
#include "tile_matrices.glsl"
#else

#if defined(BYTES)
#include "tile_bytes.glsl"
#elif defined(HALVES)
#include "tile_halves.glsl"
#else
#include "tile_floats.glsl"
#endif

// Where the values lie in the tile that a thread sums in place i.
uint tileRow(uint i) { return laneOf() / 8u + i % 8u * 8u; }
uint tileToken(uint i) { return laneOf() % 8u + i / 8u * 8u; }

// Adds to sums[i] the product of row tileRow(i) with token tileToken(i). `row`: the row, one that exists, that this thread expands, that of
// laneOf(); the tile's `count` tokens lie where tokenAt() says.
void multiplyTile(uint64_t row, uint width, uint count, inout float sums[32])
{
    const uint lane = laneOf();
    const uint parts = (count + 7u) / 8u; // the same for the whole group
    for (uint group = 0u; group * 32u < width; ++group)
    {
        TileRow mine;
        readTileRow(row, group, width, mine);
        barrier(); // the last tile is used
        keepTileRow(mine, lane);
        keepTileTokens(group, width, count, lane);
        barrier();
        multiplyGroup(lane / 8u, lane % 8u, parts, sums);
    }
}
#endif
