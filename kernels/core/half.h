#pragma once

#include <cstdint>
#include <cstring>

/// Conversions between float32 and the two 16-bit float formats, in portable code. NaN stays NaN; rounding is to nearest even.
/// Not to be included by files that are compiled for a particular instruction set (see kernels/README.md).
namespace conclave::kernels
{

inline float floatFromBits(std::uint32_t bits)
{
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

inline std::uint32_t bitsFromFloat(float value)
{
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

/// IEEE 754 binary16 to float32: exact.
inline float halfToFloat(std::uint16_t half)
{
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16;
    const std::uint32_t exponent = (half >> 10) & 0x1FU;
    const std::uint32_t mantissa = half & 0x3FFU;
    if (exponent == 0x1F) // infinity and NaN
        return floatFromBits(sign | 0x7F800000U | mantissa << 13);
    if (exponent == 0) // zero and subnormals: mantissa * 2^-24
    {
        const float magnitude = static_cast<float>(mantissa) * 0x1p-24F;
        return sign != 0 ? -magnitude : magnitude;
    }
    return floatFromBits(sign | (exponent + 112) << 23 | mantissa << 13);
}

/// float32 to IEEE 754 binary16; values beyond 65504 become infinity.
inline std::uint16_t floatToHalf(float value)
{
    const std::uint32_t bits = bitsFromFloat(value);
    const std::uint32_t sign = bits >> 16 & 0x8000U;
    const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
    if (magnitude > 0x7F800000U)
        return static_cast<std::uint16_t>(sign | 0x7E00U | (magnitude >> 13 & 0x3FFU));
    if (magnitude >= 0x477FF000U) // 65520 and above rounds up past the largest half
        return static_cast<std::uint16_t>(sign | 0x7C00U);
    if (magnitude < 0x38800000U) // below 2^-14: subnormal; adding 0.5 lets the float unit round to multiples of 2^-24
        return static_cast<std::uint16_t>(sign | (bitsFromFloat(floatFromBits(magnitude) + 0.5F) - 0x3F000000U));
    const std::uint32_t odd = magnitude >> 13 & 1U;
    return static_cast<std::uint16_t>(sign | ((magnitude - 0x38000000U + 0xFFFU + odd) >> 13));
}

/// bfloat16 to float32: exact.
inline float bf16ToFloat(std::uint16_t value)
{
    return floatFromBits(static_cast<std::uint32_t>(value) << 16);
}

inline std::uint16_t floatToBf16(float value)
{
    const std::uint32_t bits = bitsFromFloat(value);
    if ((bits & 0x7FFFFFFFU) > 0x7F800000U)
        return static_cast<std::uint16_t>(bits >> 16 | 0x40U);
    return static_cast<std::uint16_t>((bits + 0x7FFFU + (bits >> 16 & 1U)) >> 16);
}

} // namespace conclave::kernels
