// A tile of halves, two to a word (tile.glsl), each group of 32 against its largest value: half the floats' shared memory. Four pairs are summed
// as halves, no more, so that rounding stays below what products of bytes are allowed; the sums of those are floats.

shared f16vec2 tileWeights[16u * kRowPitch];
shared float tileScales[kTileRows];
shared f16vec2 tileTokens[16u * kTokenPitch];
shared float tileFactors[kTileTokens];

struct TileRow
{
    f16vec2 pairs[16];
    float scale;
};

void readTileRow(uint64_t row, uint group, uint width, out TileRow mine)
{
    float v[32];
    expandGroup(row, group, width, v);
    float most = 0.0;
    [[unroll]] for (uint k = 0u; k < 32u; ++k)
        most = max(most, abs(v[k]));
    const float inverse = most > 1.0e-37 ? 1.0 / most : 0.0;
    [[unroll]] for (uint k = 0u; k < 16u; ++k)
        mine.pairs[k] = f16vec2(vec2(v[2u * k], v[2u * k + 1u]) * inverse);
    mine.scale = most;
}

void keepTileRow(TileRow mine, uint lane)
{
    [[unroll]] for (uint k = 0u; k < 16u; ++k)
        tileWeights[k * kRowPitch + lane] = mine.pairs[k];
    tileScales[lane] = mine.scale;
}

void keepTileTokens(uint group, uint width, uint count, uint lane)
{
    const uint k = lane % 16u;
    for (uint t = lane / 16u; t < count; t += kTileThreads / 16u)
    {
        const uint64_t block = packedBlock(tokenAt(t), group);
        tileTokens[k * kTokenPitch + t] = unpackFloat2x16(Word(block + k * 4u).value);
        if (k == 0u)
            tileFactors[t] = packedScale(block);
    }
}

void multiplyGroup(uint r, uint t, uint parts, inout float sums[32])
{
    for (uint first = 0u; first < 16u; first += 4u)
    {
        f16vec2 pairs[32];
        [[unroll]] for (uint i = 0u; i < 32u; ++i)
            pairs[i] = f16vec2(0.0);
        [[unroll]] for (uint k = 0u; k < 4u; ++k)
        {
            f16vec2 w[8];
            [[unroll]] for (uint a = 0u; a < 8u; ++a)
                w[a] = tileWeights[(first + k) * kRowPitch + r + 8u * a];
            [[unroll]] for (uint b = 0u; b < 4u; ++b)
            {
                if (b >= parts)
                    continue;
                const f16vec2 x = tileTokens[(first + k) * kTokenPitch + t + 8u * b];
                [[unroll]] for (uint a = 0u; a < 8u; ++a)
                    pairs[8u * b + a] += w[a] * x;
            }
        }
        [[unroll]] for (uint b = 0u; b < 4u; ++b)
        {
            if (b >= parts)
                continue;
            const float factor = tileFactors[t + 8u * b];
            [[unroll]] for (uint a = 0u; a < 8u; ++a)
            {
                const vec2 both = vec2(pairs[8u * b + a]);
                sums[8u * b + a] += tileScales[r + 8u * a] * factor * (both.x + both.y);
            }
        }
    }
}
