#pragma once

#include <cstdint>

/// How quantised types lie in a file, byte by byte (little-endian; `d` and the like are IEEE halves). Their values are in
/// unpack_block.h: all are integers times a scale, some plus a minimum.
namespace conclave::kernels
{

// ---- Blocks of 32 values. "Nibbles": value i < 16 is the low nibble of byte i, value i + 16 the high one. ----

/// x = d * q[i].
struct BlockQ8_0
{
    std::uint16_t d;
    std::int8_t q[32];
};
static_assert(sizeof(BlockQ8_0) == 34);

/// x = d * (nibble - 8).
struct BlockQ4_0
{
    std::uint16_t d;
    std::uint8_t q[16];
};
static_assert(sizeof(BlockQ4_0) == 18);

/// x = d * nibble + m.
struct BlockQ4_1
{
    std::uint16_t d;
    std::uint16_t m;
    std::uint8_t q[16];
};
static_assert(sizeof(BlockQ4_1) == 20);

/// x = d * (q - 16), q of 5 bits: the nibble, and above it bit i of `qh`.
struct BlockQ5_0
{
    std::uint16_t d;
    std::uint8_t qh[4];
    std::uint8_t q[16];
};
static_assert(sizeof(BlockQ5_0) == 22);

/// x = d * q + m, q as in Q5_0.
struct BlockQ5_1
{
    std::uint16_t d;
    std::uint16_t m;
    std::uint8_t qh[4];
    std::uint8_t q[16];
};
static_assert(sizeof(BlockQ5_1) == 24);

/// The 16 values of an IQ4 nibble.
inline constexpr std::int8_t kIQ4Values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

/// x = d * kIQ4Values[nibble].
struct BlockIQ4_NL
{
    std::uint16_t d;
    std::uint8_t q[16];
};
static_assert(sizeof(BlockIQ4_NL) == 18);

/// The 16 values of a 4-bit float (sign, 2 exponent bits, 1 mantissa bit), doubled.
inline constexpr std::int8_t kFP4Values[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

/// x = 2^(e - 128) * kFP4Values[nibble] (OCP Microscaling: 2^(e - 127) times the float).
struct BlockMXFP4
{
    std::uint8_t e;
    std::uint8_t q[16];
};
static_assert(sizeof(BlockMXFP4) == 17);

// ---- Blocks of 256 values: x = d * scale * q - dmin * min, scale and min small integers of 16 or 32 values. ----

/// 2 bits. Low nibbles of `scales`: scales of 16 values; high ones: mins.
struct BlockQ2_K
{
    std::uint8_t scales[16];
    std::uint8_t q[64];
    std::uint16_t d;
    std::uint16_t dmin;
};
static_assert(sizeof(BlockQ2_K) == 84);

/// 3 bits: two in `q`, the high one in `hmask`; x = d * (scale - 32) * (q - 4), sixteen 6-bit scales.
struct BlockQ3_K
{
    std::uint8_t hmask[32];
    std::uint8_t q[64];
    std::uint8_t scales[12];
    std::uint16_t d;
};
static_assert(sizeof(BlockQ3_K) == 110);

/// 4 bits, scales and mins of 32 values, 6 bits each.
struct BlockQ4_K
{
    std::uint16_t d;
    std::uint16_t dmin;
    std::uint8_t scales[12];
    std::uint8_t q[128];
};
static_assert(sizeof(BlockQ4_K) == 144);

/// As Q4_K with a fifth bit in `qh`.
struct BlockQ5_K
{
    std::uint16_t d;
    std::uint16_t dmin;
    std::uint8_t scales[12];
    std::uint8_t qh[32];
    std::uint8_t q[128];
};
static_assert(sizeof(BlockQ5_K) == 176);

/// x = d * scale * (q - 32), 6-bit q split into low nibbles `ql` and high pairs `qh`, a scale for each 16.
struct BlockQ6_K
{
    std::uint8_t ql[128];
    std::uint8_t qh[64];
    std::int8_t scales[16];
    std::uint16_t d;
};
static_assert(sizeof(BlockQ6_K) == 210);

/// x = d * (scale - 32) * kIQ4Values[nibble]; 32 values (16 bytes, nibbles as above) share a 6-bit scale.
struct BlockIQ4_XS
{
    std::uint16_t d;
    std::uint16_t scalesHigh;
    std::uint8_t scalesLow[4];
    std::uint8_t q[128];
};
static_assert(sizeof(BlockIQ4_XS) == 136);

/// x = d * (2 scale + 1) / 8 * +-magnitude, 8 magnitudes from kGridIQ2_XXS. For each 32 values: four grid indices, then four 7-bit sign
/// codes and the scale in 32 bits.
struct BlockIQ2_XXS
{
    std::uint16_t d;
    std::uint8_t q[64];
};
static_assert(sizeof(BlockIQ2_XXS) == 66);

/// For each 8 values 9 bits of kGridIQ2_XS's index and a 7-bit sign code; 4-bit scales of 16 values as in IQ2_XXS.
struct BlockIQ2_XS
{
    std::uint16_t d;
    std::uint16_t q[32];
    std::uint8_t scales[8];
};
static_assert(sizeof(BlockIQ2_XS) == 74);

/// For each 8 values 10 bits of kGridIQ2_S's index (the upper two in `qh`) and 8 signs; scales as in IQ2_XS.
struct BlockIQ2_S
{
    std::uint16_t d;
    std::uint8_t q[32];
    std::uint8_t signs[32];
    std::uint8_t qh[8];
    std::uint8_t scales[8];
};
static_assert(sizeof(BlockIQ2_S) == 82);

/// x = d * (2 scale + 1) / 4 * +-magnitude, 4 magnitudes from kGridIQ3_XXS; signs and scales in 32 bits for each 32 values as in IQ2_XXS.
struct BlockIQ3_XXS
{
    std::uint16_t d;
    std::uint8_t q[64];
    std::uint8_t signs[32];
};
static_assert(sizeof(BlockIQ3_XXS) == 98);

/// x = d * (2 scale + 1) * +-magnitude, 4 magnitudes from kGridIQ3_S, whose index has its ninth bit in `qh`; scales of 32 values.
struct BlockIQ3_S
{
    std::uint16_t d;
    std::uint8_t q[64];
    std::uint8_t qh[8];
    std::uint8_t signs[32];
    std::uint8_t scales[4];
};
static_assert(sizeof(BlockIQ3_S) == 110);

/// x = d * (2 scale + 1) * (g +- 1/8), 8 values g of -1, 0, 1 from kGridIQ1. `qh` of 32 values: 3 index bits for each 8, scale, sign.
struct BlockIQ1_S
{
    std::uint16_t d;
    std::uint8_t q[32];
    std::uint16_t qh[8];
};
static_assert(sizeof(BlockIQ1_S) == 50);

/// As IQ1_S with scales of 16 values and a sign for each 8; d lies in the upper nibbles of the four 16-bit words of `scales`.
struct BlockIQ1_M
{
    std::uint8_t q[32];
    std::uint8_t qh[16];
    std::uint8_t scales[8];
};
static_assert(sizeof(BlockIQ1_M) == 56);

/// x = d * (t - 1); a byte holds five base-3 digits t (`qh`: four) as a fraction of 256, the first digit on top.
struct BlockTQ1_0
{
    std::uint8_t q[48];
    std::uint8_t qh[4];
    std::uint16_t d;
};
static_assert(sizeof(BlockTQ1_0) == 54);

/// x = d * (q - 1), 2 bits.
struct BlockTQ2_0
{
    std::uint8_t q[64];
    std::uint16_t d;
};
static_assert(sizeof(BlockTQ2_0) == 66);

} // namespace conclave::kernels
