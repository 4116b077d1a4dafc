// Stored rows as numbers, 32 values at a time. Block layouts: kernels/core/blocks.h. One pipeline a type, by specialisation. Drivers read all
// the code for each: with MORE_TYPES the shader is one for the rarer types, with GRID_TYPES for IQ1 to IQ3 and ternary ones, without for the
// others. After the call, whose tables the grids are.

layout(constant_id = 0) const uint kType = 0u; // a DType

// A group of a quantised row: value k is scale[k / 16] * its integer - least[k / 16], and the integer the signed byte k % 4 of word k / 4.
struct Integers
{
    uint words[8];
    vec2 scale;
    vec2 least;
};

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

const bool kHasLeast = kType == kQ4_1 || kType == kQ5_1 || kType == kQ2_K || kType == kQ4_K || kType == kQ5_K;

// Four bytes below 128, each less `offset`.
uint lessOffset(uint bytes, uint offset) { return (bytes | 0x80808080u) - offset * 0x01010101u ^ 0x80808080u; }

// Q4_K and Q5_K: eight scales and minima of 6 bits.
void readQ4_K(uint64_t row, uint group, inout Integers v)
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
    v.scale = vec2(halfToFloat(loadHalfBits(block)) * float(scale));
    v.least = vec2(halfToFloat(loadHalfBits(block + 2)) * float(low));
    const uint shift = sub % 2u * 4u;
    const uint64_t q = block + (fifths ? 48u : 16u) + sub / 2u * 32u;
    UNROLL for (uint i = 0u; i < 8u; ++i)
    {
        v.words[i] = loadWord(q + i * 4u) >> shift & 0x0F0F0F0Fu;
        if (fifths)
            v.words[i] |= (loadWord(block + 16u + i * 4u) >> sub & 0x01010101u) << 4;
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

// What four nibbles, a byte each, stand for before scale and minimum; `fifth`: the fifth bits of all from the first one on.
uint nibbleValues(uint nibbles, uint fifth)
{
#ifndef MORE_TYPES
    return lessOffset(nibbles, 8u); // Q4_0
#else
    if (kType == kQ4_1)
        return nibbles;
    if (kType == kQ5_0 || kType == kQ5_1)
    {
        const uint all = nibbles | ((fifth & 15u) * 0x00204081u & 0x01010101u) << 4; // a bit to each byte
        return kType == kQ5_0 ? lessOffset(all, 16u) : all;
    }
    uint values = 0u;
    for (uint j = 0u; j < 32u; j += 8u)
    {
        const uint nibble = nibbles >> j & 15u;
        values |= uint((kType == kMXFP4 ? kFP4Values[nibble] : kIQ4Values[nibble]) & 0xFF) << j;
    }
    return values;
#endif
}

// 16 bytes of nibbles: low ones first, then the high ones.
void readNibbles(uint64_t q, uint fifth, out uint words[8])
{
    UNROLL for (uint i = 0u; i < 4u; ++i)
    {
        const uint word = kType == kMXFP4 ? loadWordAnywhere(q + i * 4u) : loadWord(q + i * 4u);
        words[i] = nibbleValues(word & 0x0F0F0F0Fu, fifth >> i * 4u);
        words[i + 4u] = nibbleValues(word >> 4 & 0x0F0F0F0Fu, fifth >> i * 4u + 16u);
    }
}

// Blocks of 32 by nibbles.
void readNibbleBlock(uint64_t row, uint group, inout Integers v)
{
    if (kType == kMXFP4)
    {
        const uint64_t block = row + uint64_t(group) * 17;
        const uint e = loadWordAnywhere(block) & 0xFFu; // 2^(e - 128); the two smallest are subnormal
        v.scale = vec2(uintBitsToFloat(e < 2u ? 0x00200000u << e : e - 1u << 23));
        readNibbles(block + 1, 0u, v.words);
        return;
    }
    const bool minimum = kType == kQ4_1 || kType == kQ5_1;
    const bool fifths = kType == kQ5_0 || kType == kQ5_1;
    const uint head = (minimum ? 4u : 2u) + (fifths ? 4u : 0u);
    const uint64_t block = row + uint64_t(group) * (head + 16u);
    v.scale = vec2(halfToFloat(loadHalfBits(block)));
    if (minimum)
        v.least = vec2(-halfToFloat(loadHalfBits(block + 2)));
    readNibbles(block + head, fifths ? loadWord(block + (minimum ? 4u : 2u)) : 0u, v.words);
}

#ifdef MORE_TYPES

void readQ2_K(uint64_t row, uint group, inout Integers v)
{
    const uint64_t block = row + uint64_t(group / 8u) * 84;
    const uint part = group % 8u; // run of 32: two halves of the block, four runs each
    const uint scales = loadHalfBits(block + part * 2u);
    v.scale = halfToFloat(loadHalfBits(block + 80)) * vec2(scales & 15u, scales >> 8 & 15u);
    v.least = halfToFloat(loadHalfBits(block + 82)) * vec2(scales >> 4 & 15u, scales >> 12);
    for (uint i = 0u; i < 8u; ++i)
        v.words[i] = loadWord(block + 16u + part / 4u * 32u + i * 4u) >> part % 4u * 2u & 0x03030303u;
}

void readQ3_K(uint64_t row, uint group, inout Integers v)
{
    const uint64_t block = row + uint64_t(group / 8u) * 110;
    const uint part = group % 8u;
    const float d = halfToFloat(loadHalfBits(block + 108));
    for (uint k = 0u; k < 2u; ++k)
    {
        const uint index = part * 2u + k;
        const uint low = loadByte(block + 96, index % 8u) >> index / 8u * 4u & 15u;
        const uint high = loadByte(block + 96, 8u + index % 4u) >> index / 4u * 2u & 3u;
        v.scale[k] = d * float(int(low | high << 4) - 32);
    }
    for (uint i = 0u; i < 8u; ++i)
    {
        const uint low = loadWord(block + 32u + part / 4u * 32u + i * 4u) >> part % 4u * 2u & 0x03030303u;
        const uint high = loadWord(block + i * 4u) >> part & 0x01010101u;
        v.words[i] = lessOffset(low | high << 2, 4u);
    }
}

void readIQ4_XS(uint64_t row, uint group, inout Integers v)
{
    const uint64_t block = row + uint64_t(group / 8u) * 136;
    const uint sub = group % 8u;
    const uint low = loadByte(block + 4, sub / 2u) >> sub % 2u * 4u & 15u;
    const uint high = loadHalfBits(block + 2) >> sub * 2u & 3u;
    v.scale = vec2(halfToFloat(loadHalfBits(block)) * float(int(low | high << 4) - 32));
    readNibbles(block + 8u + sub * 16u, 0u, v.words);
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

void readQ8_0(uint64_t row, uint group, inout Integers v)
{
    const uint64_t block = row + uint64_t(group) * 34;
    v.scale = vec2(halfToFloat(loadHalfBits(block)));
    UNROLL for (uint i = 0u; i < 8u; ++i)
        v.words[i] = loadWord(block + 2 + i * 4u);
}

void readQ6_K(uint64_t row, uint group, inout Integers v)
{
    const uint64_t block = row + uint64_t(group / 8u) * 210;
    const uint part = group % 8u; // run of 32: two halves of the block, four runs each
    const uint run = part % 4u;
    const uint64_t ql = block + part / 4u * 64u + run % 2u * 32u;
    const uint64_t qh = block + 128u + part / 4u * 32u;
    const int pair = int(loadHalfBits(block + 192u + part * 2u));
    v.scale = halfToFloat(loadHalfBits(block + 208)) * vec2(bitfieldExtract(pair, 0, 8), bitfieldExtract(pair, 8, 8));
    UNROLL for (uint i = 0u; i < 8u; ++i)
    {
        const uint low = loadWord(ql + i * 4u) >> run / 2u * 4u & 0x0F0F0F0Fu;
        const uint high = loadWord(qh + i * 4u) >> run * 2u & 0x03030303u;
        v.words[i] = lessOffset(low | high << 4, 32u);
    }
}

#endif

// Group `group` of the row at `row`; quantised types alone.
void readGroup(uint64_t row, uint group, out Integers v)
{
    v.least = vec2(0.0);
#ifdef MORE_TYPES
    if (kType == kQ5_K)
        readQ4_K(row, group, v);
    else if (kType == kQ2_K)
        readQ2_K(row, group, v);
    else if (kType == kQ3_K)
        readQ3_K(row, group, v);
    else if (kType == kIQ4_XS)
        readIQ4_XS(row, group, v);
    else
        readNibbleBlock(row, group, v);
#else
    if (kType == kQ8_0)
        readQ8_0(row, group, v);
    else if (kType == kQ4_0)
        readNibbleBlock(row, group, v);
    else if (kType == kQ4_K)
        readQ4_K(row, group, v);
    else
        readQ6_K(row, group, v);
#endif
}

#endif

// Values 32 group .. 32 group + 31 of the row at `row`, which has `width` values.
void expandGroup(uint64_t row, uint group, uint width, out float v[32])
{
#if !defined(MORE_TYPES) && !defined(GRID_TYPES)
    if (kType == kF32 || kType == kF16 || kType == kBF16)
    {
        expandFloats(row, group, width, v);
        return;
    }
#endif
    Integers integers;
    readGroup(row, group, integers);
    UNROLL for (uint i = 0u; i < 8u; ++i)
        UNROLL for (uint j = 0u; j < 4u; ++j)
        {
            v[i * 4u + j] = integers.scale[i / 4u] * float(bitfieldExtract(int(integers.words[i]), int(j) * 8, 8));
            if (kHasLeast)
                v[i * 4u + j] -= integers.least[i / 4u];
        }
}
