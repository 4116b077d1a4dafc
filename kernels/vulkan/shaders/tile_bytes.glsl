// A tile of signed bytes, four to a word (tile.glsl): a quarter of the floats' shared memory, and four products an instruction. Weights are the
// integers they are stored as; what is rounded is the tokens.

shared uint tileWeights[8u * kRowPitch];
shared vec4 tileScales[kTileRows]; // scale, least
shared uint tileTokens[8u * kTokenPitch];
shared vec3 tileFactors[kTileTokens]; // scale, and the sums of the halves times it

#define TileRow Integers

void readTileRow(uint64_t row, uint group, uint width, out TileRow mine) { readGroup(row, group, mine); }

void keepTileRow(TileRow mine, uint lane)
{
    [[unroll]] for (uint k = 0u; k < 8u; ++k)
        tileWeights[k * kRowPitch + lane] = mine.words[k];
    tileScales[lane] = vec4(mine.scale, mine.least);
}

void keepTileTokens(uint group, uint width, uint count, uint lane)
{
    const uint k = lane % 8u;
    for (uint t = lane / 8u; t < count; t += kTileThreads / 8u)
    {
        const uint64_t block = packedBlock(tokenAt(t), group);
        tileTokens[k * kTokenPitch + t] = Word(block + k * 4u).value;
        if (k == 0u)
            tileFactors[t] = packedScale(block) * vec3(1.0, packedSum(block, 0u), packedSum(block, 1u));
    }
}

void multiplyGroup(uint r, uint t, uint parts, inout float sums[32])
{
    [[unroll]] for (uint part = 0u; part < 2u; ++part)
    {
        int integers[32];
        [[unroll]] for (uint i = 0u; i < 32u; ++i)
            integers[i] = 0;
        [[unroll]] for (uint k = 0u; k < 4u; ++k)
        {
            const uint word = part * 4u + k;
            uint w[8];
            [[unroll]] for (uint a = 0u; a < 8u; ++a)
                w[a] = tileWeights[word * kRowPitch + r + 8u * a];
            [[unroll]] for (uint b = 0u; b < 4u; ++b)
            {
                if (b >= parts)
                    continue;
                const uint x = tileTokens[word * kTokenPitch + t + 8u * b];
                [[unroll]] for (uint a = 0u; a < 8u; ++a)
                    integers[8u * b + a] += dotBytes(w[a], x);
            }
        }
        [[unroll]] for (uint b = 0u; b < 4u; ++b)
        {
            if (b >= parts)
                continue;
            const vec3 factor = tileFactors[t + 8u * b];
            [[unroll]] for (uint a = 0u; a < 8u; ++a)
            {
                const vec4 scales = tileScales[r + 8u * a];
                sums[8u * b + a] += scales[part] * factor.x * float(integers[8u * b + a]);
                if (kHasLeast)
                    sums[8u * b + a] -= scales[2u + part] * factor[1u + part];
            }
        }
    }
}
