// Where positions lie in a KV cache, and values of its rows. After dequantise.glsl: kType is the cache's.

// pages 0: slot = position.
uint slotOf(uint64_t pages, uint pageTokens, uint position)
{
    if (pages == 0)
        return position;
    return Word(pages + uint64_t(position / pageTokens) * 4).value * pageTokens + position % pageTokens;
}

// One value of a row of F32, F16 or Q8_0.
float cached(uint64_t row, uint i)
{
    if (kType == kF32)
        return loadFloat(row + uint64_t(i) * 4);
    if (kType == kF16)
        return halfToFloat(loadHalfBits(row + uint64_t(i) * 2));
    const uint64_t block = row + uint64_t(i / 32u) * 34;
    return halfToFloat(loadHalfBits(block)) * float(bitfieldExtract(int(loadByte(block + 2, i % 32u)), 0, 8));
}
