#version 460
#extension GL_GOOGLE_include_directive : require
#include "common.glsl"
#include "dequantise.glsl"
#include "cache.glsl"

// New keys, or values, to a cache: a thread stores 32 values of one head.
layout(local_size_x = 64) in;
layout(push_constant) uniform KvStoreCall
{
    uint64_t inRows, cache, pages;
    uint tokenStride, headStride, slotStride, slotHeadStride;
    uint tokens, heads, width, first, pageTokens, reserved;
} call;

// To binary16, to the nearest, ties to even; subnormals kept.
uint floatToHalf(float value)
{
    const uint bits = floatBitsToUint(value);
    const uint sign = bits >> 16 & 0x8000u;
    const uint magnitude = bits & 0x7FFFFFFFu;
    if (magnitude > 0x7F800000u)
        return sign | 0x7E00u;
    if (magnitude >= 0x477FF000u) // rounds to more than the largest
        return sign | 0x7C00u;
    if (magnitude < 0x38800000u) // subnormal: in units of 2^-24
    {
        if (magnitude < 0x33000000u)
            return sign;
        const uint exponent = magnitude >> 23;
        const uint mantissa = (magnitude & 0x7FFFFFu) | 0x800000u;
        const uint shift = 126u - exponent;
        const uint kept = mantissa >> shift;
        const uint rest = mantissa & (1u << shift) - 1u;
        const uint half_ = 1u << shift - 1u;
        return sign | kept + uint(rest > half_ || (rest == half_ && (kept & 1u) != 0u));
    }
    const uint rounded = magnitude + 0xFFFu + (magnitude >> 13 & 1u);
    return sign | rounded - 0x38000000u >> 13;
}

// The other half of a word may belong to another thread.
void storeHalfBits(uint64_t address, uint bits)
{
    const bool upper = (uint(address) & 2u) != 0u;
    Word word = Word(address & ~uint64_t(3));
    atomicAnd(word.value, upper ? 0x0000FFFFu : 0xFFFF0000u);
    atomicOr(word.value, upper ? bits << 16 : bits);
}

void storeHalves(uint64_t to, uint halves[32], uint count)
{
    for (uint i = 0u; i < count;)
    {
        if ((uint(to + i * 2u) & 2u) == 0u && i + 1u < count)
        {
            Word(to + i * 2u).value = halves[i] | halves[i + 1u] << 16;
            i += 2u;
        }
        else
        {
            storeHalfBits(to + i * 2u, halves[i]);
            ++i;
        }
    }
}

void storeQ8_0(uint64_t from, uint64_t to)
{
    float most = 0.0;
    for (uint i = 0u; i < 32u; ++i)
        most = max(most, abs(loadFloat(from + i * 4u)));
    const float d = most / 127.0;
    const float inverse = d > 0.0 ? 1.0 / d : 0.0;
    uint halves[32];
    for (uint i = 0u; i < 16u; ++i)
    {
        const int a = int(roundEven(clamp(loadFloat(from + i * 8u) * inverse, -127.0, 127.0)));
        const int b = int(roundEven(clamp(loadFloat(from + i * 8u + 4u) * inverse, -127.0, 127.0)));
        halves[i] = uint(a) & 0xFFu | (uint(b) & 0xFFu) << 8;
    }
    storeHalfBits(to, floatToHalf(d));
    storeHalves(to + 2, halves, 16u);
}

void main()
{
    const uint groups = (call.width + 31u) / 32u;
    const uint index = groupIndex() * 64u + gl_LocalInvocationID.x;
    const uint group = index % groups;
    const uint head = index / groups % call.heads;
    const uint token = index / groups / call.heads;
    if (token >= call.tokens)
        return;
    const uint64_t from =
        call.inRows + uint64_t(token) * call.tokenStride + uint64_t(head) * call.headStride + uint64_t(group) * 128;
    const uint64_t to = call.cache + uint64_t(slotOf(call.pages, call.pageTokens, call.first + token)) * call.slotStride +
                        uint64_t(head) * call.slotHeadStride;
    const uint count = min(32u, call.width - group * 32u);
    if (kType == kQ8_0)
    {
        storeQ8_0(from, to + uint64_t(group) * 34);
        return;
    }
    if (kType == kF32)
    {
        for (uint i = 0u; i < count; ++i)
            storeFloat(to + uint64_t(group * 32u + i) * 4, loadFloat(from + i * 4u));
        return;
    }
    uint halves[32];
    for (uint i = 0u; i < count; ++i)
        halves[i] = floatToHalf(loadFloat(from + i * 4u));
    storeHalves(to + uint64_t(group) * 64, halves, count);
}
