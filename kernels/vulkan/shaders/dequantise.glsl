// Expands 32 consecutive values of a stored row. Block layouts: kernels/core/blocks.h. One pipeline a type, by specialisation. Drivers read all
// the code for each: with MORE_TYPES the shader is one for the rarer types, with GRID_TYPES for IQ1 to IQ3 and ternary ones, without for the
// others. After the call, whose tables the grids are.

layout(constant_id = 0) const uint kType = 0u; // a DType

// Byte `index` of the bytes at an even address.
uint loadByte(uint64_t base, uint index)
{
    return loadHalfBits(base + (index & ~1u)) >> (index & 1u) * 8u & 0xFFu;
}

#ifdef GRID_TYPES
#include "dequantise_grids.glsl"
#else

#ifdef MORE_TYPES
#define UNROLL // short code rather than fast code
#else
#define UNROLL [[unroll]]
#endif

const uint kF32 = 0u;
const uint kF16 = 1u;
const uint kQ4_0 = 2u;
const uint kQ4_1 = 3u;
const uint kQ5_0 = 6u;
const uint kQ5_1 = 7u;
const uint kQ8_0 = 8u;
const uint kQ2_K = 10u;
const uint kQ3_K = 11u;
const uint kQ4_K = 12u;
const uint kQ5_K = 13u;
const uint kQ6_K = 14u;
const uint kIQ4_NL = 20u;
const uint kIQ4_XS = 23u;
const uint kBF16 = 30u;
const uint kMXFP4 = 39u;

// Q4_K and Q5_K: eight scales and minima of 6 bits.
void expandQ4_K(uint64_t row, uint group, out float v[32])
{
#ifdef MORE_TYPES
    const bool fifths = true; // Q5_K
#else
    const bool fifths = false;
#endif
    const uint64_t block = row + uint64_t(group / 8u) * (fifths ? 176u : 144u);
    const uint sub = group % 8u;
    const uint64_t scales = block + 4;
    uint scale = loadByte(scales, sub) & 63u;
    uint low = loadByte(scales, (sub + 4u) % 12u) & 63u;
    if (sub >= 4u)
    {
        const uint both = loadByte(scales, sub + 4u);
        scale = (both & 15u) | loadByte(scales, sub - 4u) >> 6 << 4;
        low = both >> 4 | loadByte(scales, sub) >> 6 << 4;
    }
    const float d = halfToFloat(loadHalfBits(block)) * float(scale);
    const float dmin = halfToFloat(loadHalfBits(block + 2)) * float(low);
    const int shift = int(sub % 2u) * 4;
    const uint64_t q = block + (fifths ? 48u : 16u) + sub / 2u * 32u;
    UNROLL for (uint i = 0u; i < 32u; i += 4u)
    {
        const uint word = loadWord(q + i);
        const uint high = fifths ? loadWord(block + 16u + i) >> sub : 0u;
        UNROLL for (int j = 0; j < 4; ++j)
            v[i + j] = d * float(bitfieldExtract(word, 8 * j + shift, 4) | bitfieldExtract(high, 8 * j, 1) << 4) - dmin;
    }
}

// Four bytes at any address.
uint loadWordAnywhere(uint64_t address)
{
    const uint shift = (uint(address) & 3u) * 8u;
    const uint low = Word(address & ~uint64_t(3)).value;
    return shift == 0u ? low : low >> shift | Word((address & ~uint64_t(3)) + 4).value << 32u - shift;
}

const int kIQ4Values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
const int kFP4Values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

// What a nibble of a block of 32 stands for, before scale and minimum; `fifth` holds the fifth bits.
int nibbleValue(uint nibble, uint fifth, uint i)
{
#ifndef MORE_TYPES
    return int(nibble) - 8; // Q4_0
#else
    if (kType == kQ5_0)
        return int(nibble | (fifth >> i & 1u) << 4) - 16;
    if (kType == kQ5_1)
        return int(nibble | (fifth >> i & 1u) << 4);
    if (kType == kIQ4_NL || kType == kIQ4_XS)
        return kIQ4Values[nibble];
    if (kType == kMXFP4)
        return kFP4Values[nibble];
    return int(nibble); // Q4_1
#endif
}

// 16 bytes of nibbles: low ones first, then the high ones.
void expandNibbles(uint64_t q, float d, float m, uint fifth, out float v[32])
{
    UNROLL for (uint i = 0u; i < 16u; i += 4u)
    {
        const uint word = kType == kMXFP4 ? loadWordAnywhere(q + i) : loadWord(q + i);
        UNROLL for (uint j = 0u; j < 4u; ++j)
        {
            v[i + j] = d * float(nibbleValue(word >> 8u * j & 15u, fifth, i + j)) + m;
            v[i + j + 16u] = d * float(nibbleValue(word >> 8u * j + 4u & 15u, fifth, i + j + 16u)) + m;
        }
    }
}

// Blocks of 32 by nibbles.
void expandNibbleBlock(uint64_t row, uint group, out float v[32])
{
    if (kType == kMXFP4)
    {
        const uint64_t block = row + uint64_t(group) * 17;
        const uint e = loadWordAnywhere(block) & 0xFFu; // 2^(e - 128); the two smallest are subnormal
        expandNibbles(block + 1, uintBitsToFloat(e < 2u ? 0x00200000u << e : e - 1u << 23), 0.0, 0u, v);
        return;
    }
    const bool minimum = kType == kQ4_1 || kType == kQ5_1;
    const bool fifths = kType == kQ5_0 || kType == kQ5_1;
    const uint head = (minimum ? 4u : 2u) + (fifths ? 4u : 0u);
    const uint64_t block = row + uint64_t(group) * (head + 16u);
    const float d = halfToFloat(loadHalfBits(block));
    const float m = minimum ? halfToFloat(loadHalfBits(block + 2)) : 0.0;
    expandNibbles(block + head, d, m, fifths ? loadWord(block + (minimum ? 4u : 2u)) : 0u, v);
}

#ifdef MORE_TYPES

void expandQ2_K(uint64_t row, uint group, out float v[32])
{
    const uint64_t block = row + uint64_t(group / 8u) * 84;
    const uint part = group % 8u; // run of 32: two halves of the block, four runs each
    const float d = halfToFloat(loadHalfBits(block + 80));
    const float dmin = halfToFloat(loadHalfBits(block + 82));
    const uint scales = loadHalfBits(block + part * 2u);
    UNROLL for (uint i = 0u; i < 32u; i += 4u)
    {
        const uint both = scales >> (i / 16u) * 8u;
        const float step = d * float(both & 15u);
        const float least = dmin * float(both >> 4 & 15u);
        const uint word = loadWord(block + 16u + part / 4u * 32u + i);
        UNROLL for (int j = 0; j < 4; ++j)
            v[i + j] = step * float(bitfieldExtract(word, 8 * j + int(part % 4u) * 2, 2)) - least;
    }
}

void expandQ3_K(uint64_t row, uint group, out float v[32])
{
    const uint64_t block = row + uint64_t(group / 8u) * 110;
    const uint part = group % 8u;
    const float d = halfToFloat(loadHalfBits(block + 108));
    float steps[2];
    UNROLL for (uint k = 0u; k < 2u; ++k)
    {
        const uint index = part * 2u + k;
        const uint low = loadByte(block + 96, index % 8u) >> index / 8u * 4u & 15u;
        const uint high = loadByte(block + 96, 8u + index % 4u) >> index / 4u * 2u & 3u;
        steps[k] = d * float(int(low | high << 4) - 32);
    }
    UNROLL for (uint i = 0u; i < 32u; i += 4u)
    {
        const uint word = loadWord(block + 32u + part / 4u * 32u + i);
        const uint mask = loadWord(block + i) >> part;
        UNROLL for (int j = 0; j < 4; ++j)
        {
            const uint q = bitfieldExtract(word, 8 * j + int(part % 4u) * 2, 2) | bitfieldExtract(mask, 8 * j, 1) << 2;
            v[i + j] = steps[i / 16u] * float(int(q) - 4);
        }
    }
}

void expandIQ4_XS(uint64_t row, uint group, out float v[32])
{
    const uint64_t block = row + uint64_t(group / 8u) * 136;
    const uint sub = group % 8u;
    const uint low = loadByte(block + 4, sub / 2u) >> sub % 2u * 4u & 15u;
    const uint high = loadHalfBits(block + 2) >> sub * 2u & 3u;
    const float d = halfToFloat(loadHalfBits(block)) * float(int(low | high << 4) - 32);
    expandNibbles(block + 8u + sub * 16u, d, 0.0, 0u, v);
}

#else

// Values beyond `width` are 0.
void expandFloats(uint64_t row, uint group, uint width, out float v[32])
{
    UNROLL for (uint i = 0u; i < 32u; ++i)
    {
        const uint at = group * 32u + i;
        v[i] = 0.0;
        if (at >= width)
            continue;
        if (kType == kF32)
            v[i] = loadFloat(row + uint64_t(at) * 4);
        else if (kType == kF16)
            v[i] = halfToFloat(loadHalfBits(row + uint64_t(at) * 2));
        else
            v[i] = uintBitsToFloat(loadHalfBits(row + uint64_t(at) * 2) << 16);
    }
}

void expandQ8_0(uint64_t row, uint group, out float v[32])
{
    const uint64_t block = row + uint64_t(group) * 34;
    const float d = halfToFloat(loadHalfBits(block));
    UNROLL for (uint i = 0u; i < 32u; i += 4u)
    {
        const int word = int(loadWord(block + 2 + i));
        UNROLL for (int j = 0; j < 4; ++j)
            v[i + j] = d * float(bitfieldExtract(word, 8 * j, 8));
    }
}

void expandQ6_K(uint64_t row, uint group, out float v[32])
{
    const uint64_t block = row + uint64_t(group / 8u) * 210;
    const uint part = group % 8u; // run of 32: two halves of the block, four runs each
    const uint run = part % 4u;
    const uint64_t ql = block + part / 4u * 64u + run % 2u * 32u;
    const uint64_t qh = block + 128u + part / 4u * 32u;
    const float d = halfToFloat(loadHalfBits(block + 208));
    const uint pair = loadHalfBits(block + 192u + part * 2u);
    const float scale[2] = {d * float(bitfieldExtract(int(pair), 0, 8)), d * float(bitfieldExtract(int(pair), 8, 8))};
    const int lowShift = int(run / 2u) * 4;
    const int highShift = int(run) * 2;
    UNROLL for (uint i = 0u; i < 32u; i += 4u)
    {
        const uint low = loadWord(ql + i);
        const uint high = loadWord(qh + i);
        UNROLL for (int j = 0; j < 4; ++j)
        {
            const uint q = bitfieldExtract(low, 8 * j + lowShift, 4) | bitfieldExtract(high, 8 * j + highShift, 2) << 4;
            v[i + j] = scale[i / 16u] * float(int(q) - 32);
        }
    }
}

#endif

// Values 32 group .. 32 group + 31 of the row at `row`, which has `width` values.
void expandGroup(uint64_t row, uint group, uint width, out float v[32])
{
#ifdef MORE_TYPES
    if (kType == kQ5_K)
        expandQ4_K(row, group, v);
    else if (kType == kQ2_K)
        expandQ2_K(row, group, v);
    else if (kType == kQ3_K)
        expandQ3_K(row, group, v);
    else if (kType == kIQ4_XS)
        expandIQ4_XS(row, group, v);
    else
        expandNibbleBlock(row, group, v);
#else
    if (kType == kF32 || kType == kF16 || kType == kBF16)
        expandFloats(row, group, width, v);
    else if (kType == kQ8_0)
        expandQ8_0(row, group, v);
    else if (kType == kQ4_0)
        expandNibbleBlock(row, group, v);
    else if (kType == kQ4_K)
        expandQ4_K(row, group, v);
    else
        expandQ6_K(row, group, v);
#endif
}

#endif
