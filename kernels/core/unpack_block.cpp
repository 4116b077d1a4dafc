#include "kernels/core/unpack_block.h"

#include "kernels/core/blocks.h"
#include "kernels/core/half.h"

#include <cstring>

namespace conclave::kernels
{

namespace
{

void setSimple(float d, UnpackedBlock &out)
{
    out.d = d;
    out.scale[0] = out.scale[1] = 1;
}

/// x = d * q + m.
void setWithMin(std::uint16_t d, std::uint16_t m, UnpackedBlock &out)
{
    setSimple(halfToFloat(d), out);
    out.dmin = -halfToFloat(m);
    out.min[0] = out.min[1] = 1;
}

/// q[i] = f(nibble, i) for the 32 nibbles of 16 bytes.
template <class F>
void eachNibble(const std::uint8_t *bytes, std::int8_t *q, const F &f)
{
    for (int i = 0; i < 16; ++i) {
        q[i] = static_cast<std::int8_t>(f(bytes[i] & 15, i));
        q[i + 16] = static_cast<std::int8_t>(f(bytes[i] >> 4, i + 16));
    }
}

int fifthBit(const std::uint8_t *qh, int i)
{
    return (qh[i / 8] >> (i % 8) & 1) << 4;
}

void unpack(const BlockQ8_0 &block, UnpackedBlock &out)
{
    setSimple(halfToFloat(block.d), out);
    std::memcpy(out.q, block.q, 32);
}

void unpack(const BlockQ4_0 &block, UnpackedBlock &out)
{
    setSimple(halfToFloat(block.d), out);
    eachNibble(block.q, out.q, [](int nibble, int) { return nibble - 8; });
}

void unpack(const BlockQ4_1 &block, UnpackedBlock &out)
{
    setWithMin(block.d, block.m, out);
    eachNibble(block.q, out.q, [](int nibble, int) { return nibble; });
}

void unpack(const BlockQ5_0 &block, UnpackedBlock &out)
{
    setSimple(halfToFloat(block.d), out);
    eachNibble(block.q, out.q, [&](int nibble, int i) { return (nibble | fifthBit(block.qh, i)) - 16; });
}

void unpack(const BlockQ5_1 &block, UnpackedBlock &out)
{
    setWithMin(block.d, block.m, out);
    eachNibble(block.q, out.q, [&](int nibble, int i) { return nibble | fifthBit(block.qh, i); });
}

void unpack(const BlockIQ4_NL &block, UnpackedBlock &out)
{
    setSimple(halfToFloat(block.d), out);
    eachNibble(block.q, out.q, [](int nibble, int) { return kIQ4Values[nibble]; });
}

void unpack(const BlockMXFP4 &block, UnpackedBlock &out)
{
    // 2^(e - 128); the two smallest are subnormal.
    setSimple(floatFromBits(block.e < 2 ? 0x00200000U << block.e : static_cast<std::uint32_t>(block.e - 1) << 23), out);
    eachNibble(block.q, out.q, [](int nibble, int) { return kFP4Values[nibble]; });
}

void unpack(const BlockQ2_K &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d);
    out.dmin = halfToFloat(block.dmin);
    for (int group = 0; group < 16; ++group) {
        out.scale[group] = block.scales[group] & 15;
        out.min[group] = block.scales[group] >> 4;
    }
    for (int i = 0; i < 256; ++i) // 32 bytes hold four runs of 32
        out.q[i] = static_cast<std::int8_t>(block.q[i / 128 * 32 + i % 32] >> (i / 32 % 4 * 2) & 3);
}

void unpack(const BlockQ3_K &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d);
    const std::uint8_t *s = block.scales;
    for (int group = 0; group < 16; ++group) {
        const int low = s[group % 8] >> (group / 8 * 4) & 15;
        const int high = s[8 + group % 4] >> (group / 4 * 2) & 3;
        out.scale[group] = static_cast<std::int16_t>((low | high << 4) - 32);
    }
    for (int i = 0; i < 256; ++i) {
        const int low = block.q[i / 128 * 32 + i % 32] >> (i / 32 % 4 * 2) & 3;
        const int high = block.hmask[i % 32] >> (i / 32) & 1;
        out.q[i] = static_cast<std::int8_t>((low | high << 2) - 4);
    }
}

/// The eight 6-bit scales and mins of Q4_K and Q5_K: the first four lie in bytes 0..3 and 4..7; of the others, the low four bits lie in
/// bytes 8..11, the high two on top of the first eight bytes.
void unpackScales(const std::uint8_t *s, UnpackedBlock &out)
{
    for (int sub = 0; sub < 8; ++sub) {
        const int scale = sub < 4 ? s[sub] & 63 : (s[sub + 4] & 15) | (s[sub - 4] >> 6) << 4;
        const int min = sub < 4 ? s[sub + 4] & 63 : s[sub + 4] >> 4 | (s[sub] >> 6) << 4;
        out.scale[sub * 2] = out.scale[sub * 2 + 1] = static_cast<std::int16_t>(scale);
        out.min[sub * 2] = out.min[sub * 2 + 1] = static_cast<std::int16_t>(min);
    }
}

void unpack(const BlockQ4_K &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d);
    out.dmin = halfToFloat(block.dmin);
    unpackScales(block.scales, out);
    for (int i = 0; i < 256; ++i)
        out.q[i] = static_cast<std::int8_t>(block.q[i / 64 * 32 + i % 32] >> (i / 32 % 2 * 4) & 15);
}

void unpack(const BlockQ5_K &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d);
    out.dmin = halfToFloat(block.dmin);
    unpackScales(block.scales, out);
    for (int i = 0; i < 256; ++i) {
        const int low = block.q[i / 64 * 32 + i % 32] >> (i / 32 % 2 * 4) & 15;
        const int high = block.qh[i % 32] >> (i / 32) & 1;
        out.q[i] = static_cast<std::int8_t>(low | high << 4);
    }
}

void unpack(const BlockQ6_K &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d);
    for (int group = 0; group < 16; ++group)
        out.scale[group] = block.scales[group];
    for (int i = 0; i < 256; ++i) // in each half four runs of 32: low nibbles of 64 bytes, then the high ones
    {
        const int half = i / 128;
        const int at = i % 128;
        const int low = block.ql[half * 64 + at % 64] >> (at / 64 * 4) & 15;
        const int high = block.qh[half * 32 + at % 32] >> (at / 32 * 2) & 3;
        out.q[i] = static_cast<std::int8_t>((low | high << 4) - 32);
    }
}

void unpack(const BlockIQ4_XS &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d);
    for (int sub = 0; sub < 8; ++sub) {
        const int low = block.scalesLow[sub / 2] >> (sub % 2 * 4) & 15;
        const int high = block.scalesHigh >> (sub * 2) & 3;
        out.scale[sub * 2] = out.scale[sub * 2 + 1] = static_cast<std::int16_t>((low | high << 4) - 32);
        eachNibble(block.q + sub * 16, out.q + sub * 32, [](int nibble, int) { return kIQ4Values[nibble]; });
    }
}

template <class Block>
bool unpackAs(const std::byte *at, UnpackedBlock &out)
{
    Block block;
    std::memcpy(&block, at, sizeof block); // rows may lie at any address
    unpack(block, out);
    return true;
}

} // namespace

bool unpackBlock(DType type, const std::byte *block, UnpackedBlock &out)
{
    switch (type) {
    case DType::kQ8_0:
        return unpackAs<BlockQ8_0>(block, out);
    case DType::kQ4_0:
        return unpackAs<BlockQ4_0>(block, out);
    case DType::kQ4_1:
        return unpackAs<BlockQ4_1>(block, out);
    case DType::kQ5_0:
        return unpackAs<BlockQ5_0>(block, out);
    case DType::kQ5_1:
        return unpackAs<BlockQ5_1>(block, out);
    case DType::kIQ4_NL:
        return unpackAs<BlockIQ4_NL>(block, out);
    case DType::kMXFP4:
        return unpackAs<BlockMXFP4>(block, out);
    case DType::kQ2_K:
        return unpackAs<BlockQ2_K>(block, out);
    case DType::kQ3_K:
        return unpackAs<BlockQ3_K>(block, out);
    case DType::kQ4_K:
        return unpackAs<BlockQ4_K>(block, out);
    case DType::kQ5_K:
        return unpackAs<BlockQ5_K>(block, out);
    case DType::kQ6_K:
        return unpackAs<BlockQ6_K>(block, out);
    case DType::kIQ4_XS:
        return unpackAs<BlockIQ4_XS>(block, out);
    default:
        return unpackGridBlock(type, block, out);
    }
}

} // namespace conclave::kernels
