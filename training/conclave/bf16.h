// bfloat16 in C: the upper half of a float32, rounded to the nearest even.
#pragma once
#include <stdint.h>
#include <string.h>

typedef uint16_t bf16;

static inline float wide(bf16 v)
{
    uint32_t u = (uint32_t)v << 16;
    float f;
    memcpy(&f, &u, 4);
    return f;
}
static inline bf16 narrow(float f)
{
    uint32_t u;
    memcpy(&u, &f, 4);
    return (bf16)((u + 0x7fffu + ((u >> 16) & 1u)) >> 16);
}
