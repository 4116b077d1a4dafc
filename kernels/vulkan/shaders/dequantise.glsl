// Expands 32 consecutive values of a stored row. Block layouts: kernels/core/dtype.h. One pipeline a type, by specialisation.

layout(constant_id = 0) const uint kType = 0u; // a DType

const uint kF32 = 0u;
const uint kF16 = 1u;
const uint kQ4_0 = 2u;
const uint kQ8_0 = 8u;
const uint kQ4_K = 12u;
const uint kQ6_K = 14u;
const uint kBF16 = 30u;

// Values beyond `width` are 0.
void expandFloats(uint64_t row, uint group, uint width, out float v[32])
{
    [[unroll]] for (uint i = 0u; i < 32u; ++i)
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
    [[unroll]] for (uint i = 0u; i < 32u; i += 4u)
    {
        const int word = int(loadWord(block + 2 + i));
        [[unroll]] for (int j = 0; j < 4; ++j)
            v[i + j] = d * float(bitfieldExtract(word, 8 * j, 8));
    }
}

void expandQ4_0(uint64_t row, uint group, out float v[32])
{
    const uint64_t block = row + uint64_t(group) * 18;
    const float d = halfToFloat(loadHalfBits(block));
    [[unroll]] for (uint i = 0u; i < 16u; i += 4u)
    {
        const uint word = loadWord(block + 2 + i);
        [[unroll]] for (int j = 0; j < 4; ++j)
        {
            v[i + j] = d * float(int(bitfieldExtract(word, 8 * j, 4)) - 8);
            v[i + j + 16] = d * float(int(bitfieldExtract(word, 8 * j + 4, 4)) - 8);
        }
    }
}

// Byte `index` of the bytes at an even address.
uint loadByte(uint64_t base, uint index)
{
    return loadHalfBits(base + (index & ~1u)) >> (index & 1u) * 8u & 0xFFu;
}

void expandQ4_K(uint64_t row, uint group, out float v[32])
{
    const uint64_t block = row + uint64_t(group / 8u) * 144;
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
    [[unroll]] for (uint i = 0u; i < 32u; i += 4u)
    {
        const uint word = loadWord(block + 16 + sub / 2u * 32u + i);
        [[unroll]] for (int j = 0; j < 4; ++j)
            v[i + j] = d * float(bitfieldExtract(word, 8 * j + shift, 4)) - dmin;
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
    [[unroll]] for (uint i = 0u; i < 32u; i += 4u)
    {
        const uint low = loadWord(ql + i);
        const uint high = loadWord(qh + i);
        [[unroll]] for (int j = 0; j < 4; ++j)
        {
            const uint q = bitfieldExtract(low, 8 * j + lowShift, 4) | bitfieldExtract(high, 8 * j + highShift, 2) << 4;
            v[i + j] = scale[i / 16u] * float(int(q) - 32);
        }
    }
}

// Values 32 group .. 32 group + 31 of the row at `row`, which has `width` values.
void expandGroup(uint64_t row, uint group, uint width, out float v[32])
{
    if (kType == kQ8_0)
        expandQ8_0(row, group, v);
    else if (kType == kQ4_0)
        expandQ4_0(row, group, v);
    else if (kType == kQ4_K)
        expandQ4_K(row, group, v);
    else if (kType == kQ6_K)
        expandQ6_K(row, group, v);
    else
        expandFloats(row, group, width, v);
}
