// What a group of 32 weights gives with as many inputs (packed.glsl): taken once, multiplied with each token's. After dequantise.glsl.
#include "packed.glsl"

#ifdef BYTES

#define Weights Integers

void takeWeights(uint64_t row, uint group, uint width, out Weights w) { readGroup(row, group, w); }

float timesInputs(Weights w, uint64_t inputs, uint group, uint width)
{
    const uint64_t block = packedBlock(inputs, group);
    ivec2 sums = ivec2(0);
    UNROLL for (uint i = 0u; i < 8u; ++i)
        sums[i / 4u] += dotBytes(w.words[i], Word(block + i * 4u).value);
    vec2 both = w.scale * vec2(sums);
    if (kHasLeast)
        both -= w.least * vec2(packedSum(block, 0u), packedSum(block, 1u));
    return packedScale(block) * (both.x + both.y);
}

#else

struct Weights
{
    float v[32];
};

void takeWeights(uint64_t row, uint group, uint width, out Weights w) { expandGroup(row, group, width, w.v); }

float timesInputs(Weights w, uint64_t inputs, uint group, uint width)
{
    const uint64_t x = inputs + uint64_t(group) * 128;
    const uint used = min(32u, width - group * 32u);
    float sum = 0.0;
    [[unroll]] for (uint i = 0u; i < 32u; ++i)
        if (i < used)
            sum += w.v[i] * loadFloat(x + i * 4u);
    return sum;
}

#endif
