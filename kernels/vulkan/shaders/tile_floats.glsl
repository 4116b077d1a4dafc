// A tile of floats (tile.glsl): what every device can do, and what Precision::kFloat asks for.

shared float tileWeights[32u * kRowPitch];
shared float tileTokens[32u * kTokenPitch];

struct TileRow
{
    float v[32];
};

// Values beyond `width` are 0.
void readTileRow(uint64_t row, uint group, uint width, out TileRow mine)
{
    expandGroup(row, group, width, mine.v);
    const uint used = min(32u, width - group * 32u);
    [[unroll]] for (uint k = 0u; k < 32u; ++k)
        mine.v[k] = k < used ? mine.v[k] : 0.0;
}

void keepTileRow(TileRow mine, uint lane)
{
    [[unroll]] for (uint k = 0u; k < 32u; ++k)
        tileWeights[k * kRowPitch + lane] = mine.v[k];
}

void keepTileTokens(uint group, uint width, uint count, uint lane)
{
    const uint k = lane % 32u;
    const uint at = group * 32u + k;
    for (uint t = lane / 32u; t < count; t += kTileThreads / 32u)
        tileTokens[k * kTokenPitch + t] = at < width ? loadFloat(tokenAt(t) + uint64_t(at) * 4) : 0.0;
}

void multiplyGroup(uint r, uint t, uint parts, inout float sums[32])
{
    for (uint i = 0u; i < 32u; ++i)
    {
        float w[8];
        [[unroll]] for (uint a = 0u; a < 8u; ++a)
            w[a] = tileWeights[i * kRowPitch + r + 8u * a];
        [[unroll]] for (uint b = 0u; b < 4u; ++b)
        {
            if (b >= parts)
                continue;
            const float x = tileTokens[i * kTokenPitch + t + 8u * b];
            [[unroll]] for (uint a = 0u; a < 8u; ++a)
                sums[8u * b + a] += w[a] * x;
        }
    }
}
