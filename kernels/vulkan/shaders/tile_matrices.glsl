// A tile of halves for cooperative matrices (tile.glsl): their products are summed as floats. A token is one row of halves against its largest
// value; a row of weights lies against a power of two, its unit, so that halves hold it: that of the first values that are not 0, and a larger one
// once some are 2^15 times as large, when the sums so far are brought to it. A subgroup multiplies the rows that its threads expand with all
// tokens: four matrices of sums, eight values of each a thread.
#include "matrices.glsl"

const uint kMatrices = 4u;
const uint kMatrixValues = 8u; // of a thread
const uint kAcross = kTileTokens / kMatrixTokens; // matrices side by side
const uint kHalvesPitch = 10u; // 32 values, and two more: rows meet different banks, and begin at multiples of 16 bytes
const float kMostUnits = 32768.0;

shared f16vec4 tileWeights[kTileRows * kHalvesPitch];
shared f16vec4 tileTokens[kTileTokens * kHalvesPitch];
shared float tileSums[kTileThreads * kMatrixValues]; // one matrix of each subgroup
shared uint tileGrown; // at which 32 values, from 1 on, a unit of the tile last grew; what it is at first does no harm

// Value `i` of this thread, of matrix i / kMatrixValues: its place in the matrix, and in the subgroup's rows and tokens.
uint placeOf(uint i) { return i % kMatrixValues * gl_SubgroupSize + gl_SubgroupInvocationID; }
uint ownRow(uint i) { return i / kMatrixValues / kAcross * kMatrixRows + placeOf(i) / kMatrixTokens; }
uint tileRow(uint i) { return gl_SubgroupID * gl_SubgroupSize + ownRow(i); }
uint tileToken(uint i) { return i / kMatrixValues % kAcross * kMatrixTokens + placeOf(i) % kMatrixTokens; }

// A power of two; 0 for values that are nothing.
float unitFor(float most) { return most > 1.0e-37 ? uintBitsToFloat(floatBitsToUint(most) & 0x7F800000u) : 0.0; }

void keepTileTokens(uint group, uint count, uint lane)
{
    const uint part = lane % 4u;
    for (uint t = lane / 4u; t < count; t += kTileThreads / 4u)
    {
        const uvec4 words = Words(tokenAt(t) + group * 64u + part * 16u).value;
        const uint to = t * kHalvesPitch + part * 2u;
        tileTokens[to] = f16vec4(unpackFloat2x16(words.x), unpackFloat2x16(words.y));
        tileTokens[to + 1u] = f16vec4(unpackFloat2x16(words.z), unpackFloat2x16(words.w));
    }
}

// As in the other tiles; sums[i] is that of tileRow(i) with tileToken(i).
void multiplyTile(uint64_t row, uint width, uint count, inout float sums[32])
{
    const uint lane = laneOf();
    const uint mineBegin = gl_SubgroupID * gl_SubgroupSize;
    const uint mineSums = gl_SubgroupID * gl_SubgroupSize * kMatrixValues;
    MatrixSums parts[kMatrices];
    [[unroll]] for (uint m = 0u; m < kMatrices; ++m)
        parts[m] = filledMatrix(0.0);
    float unit = 0.0;
    for (uint group = 0u; group * 32u < width; ++group)
    {
        float v[32];
        expandGroup(row, group, width, v);
        float most = 0.0;
        [[unroll]] for (uint k = 0u; k < 32u; ++k)
            most = max(most, abs(v[k]));
        const float old = unit;
        if (unit == 0.0 || most > unit * kMostUnits)
            unit = unitFor(most);
        const float inverse = unit > 0.0 ? 1.0 / unit : 0.0;
        barrier(); // the last tile is used
        [[unroll]] for (uint k = 0u; k < 8u; ++k)
            tileWeights[lane * kHalvesPitch + k] = f16vec4(vec4(v[4u * k], v[4u * k + 1u], v[4u * k + 2u], v[4u * k + 3u]) * inverse);
        keepTileTokens(group, count, lane);
        const float shrink = old > 0.0 ? old * inverse : 1.0;
        if (shrink < 1.0)
            atomicStore(tileGrown, group + 1u, gl_ScopeWorkgroup, 0, 0);
        barrier();
        // The same for the whole group: Mesa's llvmpipe makes a subgroup wait for all others.
        if (atomicLoad(tileGrown, gl_ScopeWorkgroup, 0, 0) == group + 1u)
        {
            [[unroll]] for (uint m = 0u; m < kMatrices; ++m)
            {
                storeMatrixSums(tileSums[mineSums], parts[m], kRows, kMatrixTokens, AVAILABLE);
                subgroupBarrier();
                [[unroll]] for (uint i = m * kMatrixValues; i < (m + 1u) * kMatrixValues; ++i)
                    tileSums[mineSums + placeOf(i)] *= subgroupShuffle(shrink, ownRow(i));
                subgroupBarrier();
                parts[m] = loadMatrixSums(tileSums[mineSums], kRows, kMatrixTokens, VISIBLE);
                subgroupBarrier();
            }
        }
        for (uint k = 0u; k < 8u; k += kMatrixDepth / 4u)
        {
            MatrixTokens x[kAcross];
            [[unroll]] for (uint t = 0u; t < kAcross; ++t)
                if (t * kMatrixTokens < count)
                    x[t] = loadMatrixTokens(tileTokens[t * kMatrixTokens * kHalvesPitch + k], kColumns, kHalvesPitch, VISIBLE);
            [[unroll]] for (uint m = 0u; m < kMatrices; m += kAcross)
            {
                const uint first = mineBegin + m / kAcross * kMatrixRows;
                MatrixWeights w = loadMatrixWeights(tileWeights[first * kHalvesPitch + k], kRows, kHalvesPitch, VISIBLE);
                [[unroll]] for (uint t = 0u; t < kAcross; ++t)
                    if (t * kMatrixTokens < count)
                        parts[m + t] = multiplyMatrices(w, x[t], parts[m + t]);
            }
        }
    }
    [[unroll]] for (uint m = 0u; m < kMatrices; ++m)
    {
        storeMatrixSums(tileSums[mineSums], parts[m], kRows, kMatrixTokens, AVAILABLE);
        subgroupBarrier();
        [[unroll]] for (uint i = m * kMatrixValues; i < (m + 1u) * kMatrixValues; ++i)
        {
            const uint token = tileToken(i);
            const float factor = token < count ? packedScale(tokenAt(token), width) : 0.0;
            sums[i] += tileSums[mineSums + placeOf(i)] * subgroupShuffle(unit, ownRow(i)) * factor;
        }
        subgroupBarrier();
    }
}
