#include "kernels/core/blocks.h"
#include "kernels/core/half.h"
#include "kernels/core/iq_grids.h"
#include "kernels/core/unpack_block.h"

#include <array>
#include <cstring>

namespace conclave::kernels
{

namespace
{

/// Grid entries widened to bytes, value i in bits 8 i and above.
template <class Word, std::size_t count, std::size_t levels>
constexpr std::array<Word, count> widen(const std::uint16_t (&codes)[count], const int (&values)[levels])
{
    constexpr int kBits = levels > 4 ? 3 : 2;
    std::array<Word, count> grid{};
    for (std::size_t at = 0; at < count; ++at)
        for (std::size_t i = 0; i < sizeof(Word); ++i) {
            const auto value = static_cast<std::uint8_t>(values[codes[at] >> (kBits * i) & ((1U << kBits) - 1)]);
            grid[at] |= static_cast<Word>(value) << (8 * i);
        }
    return grid;
}

constexpr int kMagnitudes2[] = {8, 25, 43, 0};
constexpr auto kIQ2_XXS = widen<std::uint64_t>(kGridIQ2_XXS, kMagnitudes2);
constexpr auto kIQ2_XS = widen<std::uint64_t>(kGridIQ2_XS, kMagnitudes2);
constexpr auto kIQ2_S = widen<std::uint64_t>(kGridIQ2_S, kMagnitudes2);
constexpr auto kIQ3_XXS = widen<std::uint32_t>(kGridIQ3_XXS, {4, 12, 20, 28, 36, 44, 52, 62});
constexpr auto kIQ3_S = widen<std::uint32_t>(kGridIQ3_S, {1, 3, 5, 7, 9, 11, 13, 15});
constexpr auto kIQ1 = widen<std::uint64_t>(kGridIQ1, {-8, 0, 8, 0}); // in eighths

/// Bits 0..7 as bytes of 0xFF and 0.
constexpr std::array<std::uint64_t, 256> kSignMasks = [] {
    std::array<std::uint64_t, 256> masks{};
    for (std::size_t bits = 0; bits < 256; ++bits)
        for (std::size_t i = 0; i < 8; ++i)
            masks[bits] |= (bits >> i & 1U) != 0 ? std::uint64_t{0xFF} << (8 * i) : 0;
    return masks;
}();

/// Signs of 8 values: 7 bits and one that makes the number of set bits even.
constexpr std::array<std::uint8_t, 128> kEvenSigns = [] {
    std::array<std::uint8_t, 128> signs{};
    for (unsigned code = 0; code < 128; ++code) {
        unsigned odd = code;
        odd ^= odd >> 4;
        odd ^= odd >> 2;
        odd ^= odd >> 1;
        signs[code] = static_cast<std::uint8_t>(code | (odd & 1U) << 7);
    }
    return signs;
}();

template <class T>
T read(const void *at)
{
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

/// Stores eight magnitudes with their signs. No magnitude is 0, so that -x = ~x + 1 carries into no other byte.
void storeSigned(std::uint64_t magnitudes, unsigned signs, std::int8_t *q)
{
    const std::uint64_t mask = kSignMasks[signs];
    const std::uint64_t values = (magnitudes ^ mask) + (mask & 0x0101010101010101U);
    std::memcpy(q, &values, sizeof values);
}

std::uint64_t join(std::uint32_t low, std::uint32_t high)
{
    return low | static_cast<std::uint64_t>(high) << 32;
}

/// Scales 2 s + 1 of groups of 16 (both of a pair in one byte) or 32.
void setScales(UnpackedBlock &out, int sub, unsigned first, unsigned second)
{
    out.scale[sub * 2] = static_cast<std::int16_t>(2 * first + 1);
    out.scale[sub * 2 + 1] = static_cast<std::int16_t>(2 * second + 1);
}

void unpack(const BlockIQ2_XXS &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d) * 0.125F;
    for (int sub = 0; sub < 8; ++sub) {
        const std::uint8_t *index = block.q + sub * 8;
        const auto codes = read<std::uint32_t>(index + 4);
        setScales(out, sub, codes >> 28, codes >> 28);
        for (int i = 0; i < 4; ++i)
            storeSigned(kIQ2_XXS[index[i]], kEvenSigns[codes >> (7 * i) & 127], out.q + sub * 32 + i * 8);
    }
}

void unpack(const BlockIQ2_XS &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d) * 0.125F;
    for (int sub = 0; sub < 8; ++sub)
        setScales(out, sub, block.scales[sub] & 15U, block.scales[sub] >> 4);
    for (int i = 0; i < 32; ++i)
        storeSigned(kIQ2_XS[block.q[i] & 511], kEvenSigns[block.q[i] >> 9], out.q + i * 8);
}

void unpack(const BlockIQ2_S &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d) * 0.125F;
    for (int sub = 0; sub < 8; ++sub)
        setScales(out, sub, block.scales[sub] & 15U, block.scales[sub] >> 4);
    for (int i = 0; i < 32; ++i) {
        const unsigned high = block.qh[i / 4] >> (i % 4 * 2) & 3U;
        storeSigned(kIQ2_S[block.q[i] | high << 8], block.signs[i], out.q + i * 8);
    }
}

void unpack(const BlockIQ3_XXS &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d) * 0.25F;
    for (int sub = 0; sub < 8; ++sub) {
        const auto codes = read<std::uint32_t>(block.signs + sub * 4);
        setScales(out, sub, codes >> 28, codes >> 28);
        for (int i = 0; i < 4; ++i) {
            const std::uint8_t *index = block.q + sub * 8 + i * 2;
            storeSigned(join(kIQ3_XXS[index[0]], kIQ3_XXS[index[1]]), kEvenSigns[codes >> (7 * i) & 127], out.q + sub * 32 + i * 8);
        }
    }
}

void unpack(const BlockIQ3_S &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d);
    for (int sub = 0; sub < 8; ++sub) {
        const unsigned scale = block.scales[sub / 2] >> (sub % 2 * 4) & 15U;
        setScales(out, sub, scale, scale);
        for (int i = 0; i < 4; ++i) {
            const std::uint8_t *index = block.q + sub * 8 + i * 2;
            const unsigned high = block.qh[sub] >> (i * 2);
            storeSigned(join(kIQ3_S[index[0] | (high & 1U) << 8], kIQ3_S[index[1] | (high >> 1 & 1U) << 8]), block.signs[sub * 4 + i],
                        out.q + sub * 32 + i * 8);
        }
    }
}

/// Eight values 8 g + 1, or 8 g - 1 where `negative`, g being -1, 0 or 1.
void storeShifted(std::uint64_t eighths, bool negative, std::int8_t *q)
{
    const auto grid = read<std::array<std::int8_t, 8>>(&eighths);
    for (std::size_t i = 0; i < 8; ++i)
        q[i] = static_cast<std::int8_t>(grid[i] + (negative ? -1 : 1));
}

void unpack(const BlockIQ1_S &block, UnpackedBlock &out)
{
    out.d = halfToFloat(block.d) * 0.125F;
    for (int sub = 0; sub < 8; ++sub) {
        const unsigned high = block.qh[sub];
        setScales(out, sub, high >> 12 & 7, high >> 12 & 7);
        for (int i = 0; i < 4; ++i)
            storeShifted(kIQ1[block.q[sub * 4 + i] | (high >> (3 * i) & 7) << 8], (high & 0x8000) != 0, out.q + sub * 32 + i * 8);
    }
}

void unpack(const BlockIQ1_M &block, UnpackedBlock &out)
{
    const auto words = read<std::array<std::uint16_t, 4>>(block.scales);
    unsigned d = 0;
    for (std::size_t i = 0; i < 4; ++i)
        d |= static_cast<unsigned>(words[i] >> 12) << (4 * i);
    out.d = halfToFloat(static_cast<std::uint16_t>(d)) * 0.125F;
    for (int sub = 0; sub < 8; ++sub) {
        const unsigned scales = words[static_cast<std::size_t>(sub / 2)] >> (sub % 2 * 6);
        setScales(out, sub, scales & 7, scales >> 3 & 7);
    }
    for (int i = 0; i < 32; ++i) {
        const unsigned high = block.qh[i / 2] >> (i % 2 * 4);
        storeShifted(kIQ1[block.q[i] | (high & 7) << 8], (high & 8) != 0, out.q + i * 8);
    }
}

/// The digit on top of a fraction of 256 in base 3, `place` digits further down.
int ternaryDigit(std::uint8_t byte, int place)
{
    constexpr unsigned kPowers[] = {1, 3, 9, 27, 81};
    return static_cast<int>((byte * kPowers[place] & 255U) * 3 >> 8);
}

void setTernary(std::uint16_t d, UnpackedBlock &out)
{
    out.d = halfToFloat(d);
    for (std::int16_t &scale : out.scale)
        scale = 1;
}

void unpack(const BlockTQ1_0 &block, UnpackedBlock &out)
{
    setTernary(block.d, out);
    std::int8_t *q = out.q;
    const auto store = [&q](const std::uint8_t *bytes, int count, int digits) {
        for (int place = 0; place < digits; ++place)
            for (int i = 0; i < count; ++i)
                *q++ = static_cast<std::int8_t>(ternaryDigit(bytes[i], place) - 1);
    };
    store(block.q, 32, 5);
    store(block.q + 32, 16, 5);
    store(block.qh, 4, 4);
}

void unpack(const BlockTQ2_0 &block, UnpackedBlock &out)
{
    setTernary(block.d, out);
    for (int i = 0; i < 256; ++i)
        out.q[i] = static_cast<std::int8_t>((block.q[i / 128 * 32 + i % 32] >> (i / 32 % 4 * 2) & 3) - 1);
}

template <class Block>
bool unpackAs(const std::byte *at, UnpackedBlock &out)
{
    unpack(read<Block>(at), out); // rows may lie at any address
    return true;
}

} // namespace

bool unpackGridBlock(DType type, const std::byte *block, UnpackedBlock &out)
{
    switch (type) {
    case DType::kIQ2_XXS:
        return unpackAs<BlockIQ2_XXS>(block, out);
    case DType::kIQ2_XS:
        return unpackAs<BlockIQ2_XS>(block, out);
    case DType::kIQ2_S:
        return unpackAs<BlockIQ2_S>(block, out);
    case DType::kIQ3_XXS:
        return unpackAs<BlockIQ3_XXS>(block, out);
    case DType::kIQ3_S:
        return unpackAs<BlockIQ3_S>(block, out);
    case DType::kIQ1_S:
        return unpackAs<BlockIQ1_S>(block, out);
    case DType::kIQ1_M:
        return unpackAs<BlockIQ1_M>(block, out);
    case DType::kTQ1_0:
        return unpackAs<BlockTQ1_0>(block, out);
    case DType::kTQ2_0:
        return unpackAs<BlockTQ2_0>(block, out);
    default:
        return false;
    }
}

} // namespace conclave::kernels
