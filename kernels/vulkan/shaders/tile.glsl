// Products of many tokens: a group computes 64 rows of weights for up to 32 tokens. 32 values of each row at a time are expanded once, into
// shared memory, beside as many of each token; a thread multiplies 8 rows with 4 tokens, 8 apart, so that few tokens cost few products.
// After dequantise.glsl.

const uint kTileThreads = 64u;
const uint kTileRows = 64u;
const uint kTileTokens = 32u;

shared float tileWeights[32 * (kTileRows + 1)]; // one more: threads that write neighbouring values meet different banks
shared float tileTokens[32 * (kTileTokens + 1)];

// Adds to sums[8 j + i] the product of row lane / 8 + 8 i with token lane % 8 + 8 j. `row`: the row, one that exists, that this thread
// expands; the tile's `count` tokens lie where tokenAt() says.
void multiplyTile(uint64_t row, uint width, uint count, inout float sums[32])
{
    const uint lane = gl_LocalInvocationID.x;
    for (uint group = 0u; group * 32u < width; ++group)
    {
        float v[32];
        expandGroup(row, group, width, v);
        const uint used = min(32u, width - group * 32u);
        barrier(); // the last tile is used
        [[unroll]] for (uint k = 0u; k < 32u; ++k)
            tileWeights[k * (kTileRows + 1u) + lane] = k < used ? v[k] : 0.0;
        const uint k = lane % 32u;
        for (uint t = lane / 32u; t < count; t += 2u)
            tileTokens[k * (kTileTokens + 1u) + t] = k < used ? loadFloat(tokenAt(t) + uint64_t(group * 32u + k) * 4) : 0.0;
        barrier();
        const uint parts = (count + 7u) / 8u; // the same for the whole group
        const uint r = lane / 8u;
        const uint t = lane % 8u;
        for (uint i = 0u; i < 32u; ++i)
        {
            float w[8];
            [[unroll]] for (uint a = 0u; a < 8u; ++a)
                w[a] = tileWeights[i * (kTileRows + 1u) + r + 8u * a];
            [[unroll]] for (uint b = 0u; b < 4u; ++b)
            {
                if (b >= parts)
                    continue;
                const float x = tileTokens[i * (kTileTokens + 1u) + t + 8u * b];
                [[unroll]] for (uint a = 0u; a < 8u; ++a)
                    sums[8u * b + a] += w[a] * x;
            }
        }
    }
}
