// What the experts' two products have in common. After dequantise.glsl.

#include "experts_of.glsl"
#include "joined.glsl"
#include "products.glsl"

// Part `part` of `threads` of a row's product: every so manieth group of 32.
float partOfProduct(uint64_t row, uint64_t x, uint width, uint part, uint threads)
{
    float sum = 0.0;
    for (uint group = part; group * 32u < width; group += threads)
    {
        Weights w;
        takeWeights(row, group, width, w);
        sum += timesInputs(w, x, group, width);
    }
    return sum;
}
