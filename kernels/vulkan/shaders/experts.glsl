// What the experts' two products have in common. After dequantise.glsl.

#include "experts_of.glsl"

// Part `part` of `threads` of a row's product: every so manieth group of 32.
float partOfProduct(uint64_t row, uint64_t x, uint width, uint part, uint threads)
{
    float sum = 0.0;
    for (uint group = part; group * 32u < width; group += threads)
    {
        float v[32];
        expandGroup(row, group, width, v);
        const uint used = min(32u, width - group * 32u);
        [[unroll]] for (uint i = 0u; i < 32u; ++i)
            if (i < used)
                sum += v[i] * loadFloat(x + uint64_t(group * 32u + i) * 4);
    }
    return sum;
}
