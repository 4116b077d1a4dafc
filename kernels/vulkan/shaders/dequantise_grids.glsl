// Types whose values lie on grids (IQ1, IQ2, IQ3) or are digits to base 3 (TQ), eight values at a time; as kernels/core/unpack_grid_block.cpp.
// The tables of kernels/core/iq_grids.h lie in memory, one after the other.

const uint kIQ2_XXS = 16u;
const uint kIQ2_XS = 17u;
const uint kIQ3_XXS = 18u;
const uint kIQ1_S = 19u;
const uint kIQ3_S = 21u;
const uint kIQ2_S = 22u;
const uint kIQ1_M = 29u;
const uint kTQ1_0 = 34u;
const uint kTQ2_0 = 35u;

#define UNROLL
const bool kHasLeast = false;

// Entries before each table.
const uint kGridIQ2_XXS = 0u;
const uint kGridIQ2_XS = 256u;
const uint kGridIQ2_S = 768u;
const uint kGridIQ1 = 1792u;
const uint kGridIQ3_XXS = 3840u;
const uint kGridIQ3_S = 4096u;

// What eight values have in common: a step, their codes on the grid, and signs (a bit each; of IQ1 one for all).
struct Eight
{
    float step;
    uint codes;
    uint more; // the last four of IQ3
    uint signs;
};

uint gridEntry(uint table, uint index) { return loadHalfBits(call.grids + uint64_t(table + index) * 2); }

// Signs of 7 bits, and one that makes the number of set bits even.
uint evenSigns(uint code) { return code | (uint(bitCount(code)) & 1u) << 7; }

float stepOf(float d, uint scale) { return d * float(2u * scale + 1u); }

// The nibble for the eight values in place `i` of four: two share one.
uint halfScale(uint both, uint i) { return both >> (i / 2u) * 4u & 15u; }

Eight readTwos(uint64_t block, uint sub, uint i)
{
    const float d = halfToFloat(loadHalfBits(block)) * 0.125;
    const uint at = sub * 4u + i;
    if (kType == kIQ2_XXS)
    {
        const uint64_t q = block + 2u + sub * 8u;
        const uint both = loadWord(q + 4);
        return Eight(stepOf(d, both >> 28), gridEntry(kGridIQ2_XXS, loadByte(q, i)), 0u, evenSigns(both >> 7u * i & 127u));
    }
    if (kType == kIQ2_XS)
    {
        const uint both = loadHalfBits(block + 2u + at * 2u);
        const float step = stepOf(d, halfScale(loadByte(block + 66, sub), i));
        return Eight(step, gridEntry(kGridIQ2_XS, both & 511u), 0u, evenSigns(both >> 9));
    }
    const uint high = loadByte(block + 66, sub) >> 2u * i & 3u;
    const float step = stepOf(d, halfScale(loadByte(block + 74, sub), i));
    return Eight(step, gridEntry(kGridIQ2_S, loadByte(block + 2, at) | high << 8), 0u, loadByte(block + 34, at));
}

Eight readThrees(uint64_t block, uint sub, uint i)
{
    const float d = halfToFloat(loadHalfBits(block));
    const uint pair = loadHalfBits(block + 2u + sub * 8u + i * 2u);
    const uint first = pair & 0xFFu;
    const uint second = pair >> 8;
    if (kType == kIQ3_XXS)
    {
        const uint both = loadWord(block + 66u + sub * 4u);
        return Eight(stepOf(d * 0.25, both >> 28), gridEntry(kGridIQ3_XXS, first), gridEntry(kGridIQ3_XXS, second),
                     evenSigns(both >> 7u * i & 127u));
    }
    const uint high = loadByte(block + 66, sub) >> 2u * i;
    const float step = stepOf(d, loadByte(block + 106, sub / 2u) >> sub % 2u * 4u & 15u);
    return Eight(step, gridEntry(kGridIQ3_S, first | (high & 1u) << 8), gridEntry(kGridIQ3_S, second | (high >> 1 & 1u) << 8),
                 loadByte(block + 74, sub * 4u + i));
}

Eight readOnes(uint64_t block, uint sub, uint i)
{
    const uint at = sub * 4u + i;
    if (kType == kIQ1_S)
    {
        const uint high = loadHalfBits(block + 34u + sub * 2u);
        const uint index = loadByte(block + 2, at) | (high >> 3u * i & 7u) << 8;
        return Eight(stepOf(halfToFloat(loadHalfBits(block)) * 0.125, high >> 12 & 7u), gridEntry(kGridIQ1, index), 0u, high >> 15);
    }
    uint d = 0u;
    for (uint k = 0u; k < 4u; ++k)
        d |= loadHalfBits(block + 48u + k * 2u) >> 12 << 4u * k;
    const uint scale = loadHalfBits(block + 48u + sub / 2u * 2u) >> sub % 2u * 6u + i / 2u * 3u & 7u;
    const uint high = loadByte(block + 32, at / 2u) >> at % 2u * 4u;
    const uint index = loadByte(block, at) | (high & 7u) << 8;
    return Eight(stepOf(halfToFloat(d) * 0.125, scale), gridEntry(kGridIQ1, index), 0u, high >> 3 & 1u);
}

// Value j of eight, before its step.
int gridValue(Eight eight, uint j)
{
    if (kType == kIQ1_S || kType == kIQ1_M) // 8 g + 1 or 8 g - 1
        return int(eight.codes >> 2u * j & 3u) * 8 - 8 + (eight.signs != 0u ? -1 : 1);
    int value;
    if (kType == kIQ3_XXS || kType == kIQ3_S)
    {
        const int code = int((j < 4u ? eight.codes : eight.more) >> 3u * (j & 3u) & 7u);
        value = kType == kIQ3_S ? 2 * code + 1 : code == 7 ? 62 : 8 * code + 4;
    }
    else
    {
        const uint code = eight.codes >> 2u * j & 3u;
        value = code == 0u ? 8 : code == 1u ? 25 : 43;
    }
    return (eight.signs >> j & 1u) != 0u ? -value : value;
}

// A digit to base 3: the one on top of a fraction of 256, `place` further down.
int ternaryDigit(uint byte_, uint place)
{
    for (uint k = 0u; k < place; ++k)
        byte_ = byte_ * 3u & 0xFFu;
    return int(byte_ * 3u >> 8);
}

int ternaryValue(uint64_t block, uint at)
{
    if (kType == kTQ2_0)
        return int(loadByte(block, at / 128u * 32u + at % 32u) >> at / 32u % 4u * 2u & 3u) - 1;
    if (at < 160u)
        return ternaryDigit(loadByte(block, at % 32u), at / 32u) - 1;
    if (at < 240u)
        return ternaryDigit(loadByte(block, 32u + at % 16u), (at - 160u) / 16u) - 1;
    return ternaryDigit(loadByte(block, 48u + at % 4u), (at - 240u) / 4u) - 1;
}

uint blockBytes()
{
    switch (kType)
    {
    case kIQ2_XS:
        return 74u;
    case kIQ2_S:
        return 82u;
    case kIQ3_XXS:
        return 98u;
    case kIQ3_S:
        return 110u;
    case kIQ1_S:
        return 50u;
    case kIQ1_M:
        return 56u;
    case kTQ1_0:
        return 54u;
    default:
        return 66u; // IQ2_XXS, TQ2_0
    }
}

// As in dequantise.glsl. Eight values that follow each other share their step with the eight before or behind.
void readGroup(uint64_t row, uint group, out Integers v)
{
    v.least = vec2(0.0);
    const uint64_t block = row + uint64_t(group / 8u) * blockBytes();
    const uint sub = group % 8u;
    const bool ternary = kType == kTQ1_0 || kType == kTQ2_0;
    if (ternary)
        v.scale = vec2(halfToFloat(loadHalfBits(block + (kType == kTQ1_0 ? 52u : 64u))));
    for (uint i = 0u; i < 4u; ++i)
    {
        Eight eight;
        if (kType == kIQ1_S || kType == kIQ1_M)
            eight = readOnes(block, sub, i);
        else if (kType == kIQ3_XXS || kType == kIQ3_S)
            eight = readThrees(block, sub, i);
        else if (!ternary)
            eight = readTwos(block, sub, i);
        if (!ternary)
            v.scale[i / 2u] = eight.step;
        v.words[i * 2u] = v.words[i * 2u + 1u] = 0u;
        for (uint j = 0u; j < 8u; ++j)
        {
            const int value = ternary ? ternaryValue(block, sub * 32u + i * 8u + j) : gridValue(eight, j);
            v.words[i * 2u + j / 4u] |= uint(value & 0xFF) << j % 4u * 8u;
        }
    }
}
