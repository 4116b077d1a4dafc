#pragma once

#include "kernels/core/blocks.h"
#include "kernels/core/dtype.h"

#include <cstdint>

/// Expands 32 consecutive values of a stored row, for device code. The same text compiles for the host, where the tests check it
/// against core without a card. Rows lie at even addresses (F32: multiples of 4).
namespace conclave::kernels::cuda
{

#ifdef __CUDACC__
#define CONCLAVE_ANYWHERE __host__ __device__ inline
#else
#define CONCLAVE_ANYWHERE inline
#endif

CONCLAVE_ANYWHERE float bitsToFloat(std::uint32_t bits)
{
#ifdef __CUDA_ARCH__
    return __uint_as_float(bits);
#else
    union
    {
        std::uint32_t bits;
        float value;
    } both{bits}; // GCC, Clang and MSVC define this
    return both.value;
#endif
}

CONCLAVE_ANYWHERE float halfBitsToFloat(std::uint32_t bits)
{
    const std::uint32_t exponent = bits >> 10 & 0x1FU;
    const std::uint32_t mantissa = bits & 0x3FFU;
    const std::uint32_t sign = (bits & 0x8000U) << 16;
    if (exponent == 0)
        return (sign != 0 ? -1.0F : 1.0F) * static_cast<float>(mantissa) * 0x1p-24F;
    return bitsToFloat(sign | (exponent == 31 ? 0x7F800000U : (exponent + 112U) << 23) | mantissa << 13);
}

CONCLAVE_ANYWHERE std::uint32_t loadHalfBits(const unsigned char *at)
{
    return *reinterpret_cast<const std::uint16_t *>(at);
}

template <DType type>
struct Group; ///< expand(row, group, width, v): values 32 group .. 32 group + 31; those beyond `width` are 0

template <>
struct Group<DType::kF32>
{
    static CONCLAVE_ANYWHERE void expand(const unsigned char *row, std::uint32_t group, std::uint32_t width, float *v)
    {
        const float *values = reinterpret_cast<const float *>(row);
        for (std::uint32_t i = 0, at = group * 32; i < 32; ++i, ++at)
            v[i] = at < width ? values[at] : 0.0F;
    }
};

template <>
struct Group<DType::kF16>
{
    static CONCLAVE_ANYWHERE void expand(const unsigned char *row, std::uint32_t group, std::uint32_t width, float *v)
    {
        for (std::uint32_t i = 0, at = group * 32; i < 32; ++i, ++at)
            v[i] = at < width ? halfBitsToFloat(loadHalfBits(row + std::size_t{at} * 2)) : 0.0F;
    }
};

template <>
struct Group<DType::kBF16>
{
    static CONCLAVE_ANYWHERE void expand(const unsigned char *row, std::uint32_t group, std::uint32_t width, float *v)
    {
        for (std::uint32_t i = 0, at = group * 32; i < 32; ++i, ++at)
            v[i] = at < width ? bitsToFloat(loadHalfBits(row + std::size_t{at} * 2) << 16) : 0.0F;
    }
};

template <>
struct Group<DType::kQ8_0>
{
    static CONCLAVE_ANYWHERE void expand(const unsigned char *row, std::uint32_t group, std::uint32_t, float *v)
    {
        const BlockQ8_0 &block = reinterpret_cast<const BlockQ8_0 *>(row)[group];
        const float d = halfBitsToFloat(block.d);
        for (int i = 0; i < 32; ++i)
            v[i] = d * static_cast<float>(block.q[i]);
    }
};

template <>
struct Group<DType::kQ4_0>
{
    static CONCLAVE_ANYWHERE void expand(const unsigned char *row, std::uint32_t group, std::uint32_t, float *v)
    {
        const BlockQ4_0 &block = reinterpret_cast<const BlockQ4_0 *>(row)[group];
        const float d = halfBitsToFloat(block.d);
        for (int i = 0; i < 16; ++i) {
            v[i] = d * static_cast<float>((block.q[i] & 15) - 8);
            v[i + 16] = d * static_cast<float>((block.q[i] >> 4) - 8);
        }
    }
};

template <>
struct Group<DType::kQ4_K>
{
    static CONCLAVE_ANYWHERE void expand(const unsigned char *row, std::uint32_t group, std::uint32_t, float *v)
    {
        const BlockQ4_K &block = reinterpret_cast<const BlockQ4_K *>(row)[group / 8];
        const std::uint32_t sub = group % 8;
        const std::uint8_t *s = block.scales;
        int scale = s[sub] & 63;
        int low = s[(sub + 4) % 12] & 63;
        if (sub >= 4) {
            scale = (s[sub + 4] & 15) | (s[sub - 4] >> 6) << 4;
            low = s[sub + 4] >> 4 | (s[sub] >> 6) << 4;
        }
        const float d = halfBitsToFloat(block.d) * static_cast<float>(scale);
        const float dmin = halfBitsToFloat(block.dmin) * static_cast<float>(low);
        const std::uint8_t *q = block.q + sub / 2 * 32;
        const std::uint32_t shift = sub % 2 * 4;
        for (int i = 0; i < 32; ++i)
            v[i] = d * static_cast<float>(q[i] >> shift & 15) - dmin;
    }
};

template <>
struct Group<DType::kQ6_K>
{
    static CONCLAVE_ANYWHERE void expand(const unsigned char *row, std::uint32_t group, std::uint32_t, float *v)
    {
        const BlockQ6_K &block = reinterpret_cast<const BlockQ6_K *>(row)[group / 8];
        const std::uint32_t part = group % 8; // run of 32: two halves of the block, four runs each
        const std::uint32_t run = part % 4;
        const std::uint8_t *ql = block.ql + part / 4 * 64 + run % 2 * 32;
        const std::uint8_t *qh = block.qh + part / 4 * 32;
        const float d = halfBitsToFloat(block.d);
        for (int i = 0; i < 32; ++i) {
            const int q = (ql[i] >> run / 2 * 4 & 15) | (qh[i] >> run * 2 & 3) << 4;
            v[i] = d * static_cast<float>(block.scales[part * 2 + i / 16]) * static_cast<float>(q - 32);
        }
    }
};

} // namespace conclave::kernels::cuda
