#pragma once

#include "kernels/core/blocks.h"
#include "kernels/core/dtype.h"
#include "kernels/cuda/device_code.cuh"

/// Decoding's products: what one lane takes of a stored row at a time, and its product with the same values of a token. The quantised types
/// meet a token in 8 bits (TokenView::q) by dp4a, the float ones a token in float32.
///   Chunk<type>::kValues   values that a lane takes
///   load(row, chunk)       their bytes, in as few reads as their alignment allows; nothing is computed yet, so that reads overlap
///   token(view, chunk)     the token's, from the card's memory or a block's; never by the read-only path, as another kernel may just have
///                          written it
///   dot(weights, token)    the product
namespace conclave::kernels::cuda
{

/// One token, as floats or in 8 bits: values, and for each run of 16 the step and step * sum.
struct TokenView
{
    const std::int8_t *q;
    const float2 *runs;
    const float *x;
};

__device__ inline uint4 streamed(const unsigned char *at)
{
    uint4 v;
    asm volatile("ld.global.nc.L1::no_allocate.v4.u32 {%0,%1,%2,%3}, [%4];" : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w) : "l"(at));
    return v;
}

__device__ inline float halfFloat(unsigned bits)
{
    float value;
    asm("{.reg .b16 h; cvt.u16.u32 h, %1; cvt.f32.f16 %0, h;}" : "=f"(value) : "r"(bits & 0xFFFFU));
    return value;
}

__device__ inline unsigned halfBits(const unsigned char *at)
{
    return __ldg(reinterpret_cast<const unsigned short *>(at));
}

/// Eight bytes at an even address.
__device__ inline uint2 evenBytes(const unsigned char *at)
{
    return make_uint2(halfBits(at) | halfBits(at + 2) << 16, halfBits(at + 4) | halfBits(at + 6) << 16);
}

__device__ inline int dot8(unsigned a, unsigned b, int2 x)
{
    return __dp4a(static_cast<int>(b), x.y, __dp4a(static_cast<int>(a), x.x, 0));
}

__device__ inline int dot16(uint4 a, int4 b)
{
    int sum = __dp4a(static_cast<int>(a.x), b.x, 0);
    sum = __dp4a(static_cast<int>(a.y), b.y, sum);
    sum = __dp4a(static_cast<int>(a.z), b.z, sum);
    return __dp4a(static_cast<int>(a.w), b.w, sum);
}

__device__ inline uint4 nibblesOf(uint4 v, int shift)
{
    return make_uint4(v.x >> shift & 0x0F0F0F0FU, v.y >> shift & 0x0F0F0F0FU, v.z >> shift & 0x0F0F0F0FU, v.w >> shift & 0x0F0F0F0FU);
}

__device__ inline float byteFloat(unsigned v, int index)
{
    return static_cast<float>(v >> index * 8 & 255U);
}

/// Scales and minima of groups 2 `pair` and 2 `pair` + 1 of a Q4_K block, two bytes each.
__device__ inline void q4Scales(uint4 head, unsigned pair, unsigned &scales, unsigned &minima)
{
    const unsigned shift = pair % 2 * 16;
    const unsigned y = head.y >> shift;
    const unsigned z = head.z >> shift;
    const unsigned w = head.w >> shift;
    scales = pair < 2 ? y & 0x3F3FU : (w & 0x0F0FU) | (y & 0xC0C0U) >> 2;
    minima = pair < 2 ? z & 0x3F3FU : (w >> 4 & 0x0F0FU) | (z & 0xC0C0U) >> 2;
}

template <DType type>
struct Chunk;

/// Rows at multiples of 16 bytes. 16 bytes: 16 values by their low nibbles, and the 16 that lie 32 further by the high ones.
template <>
struct Chunk<DType::kQ4_K>
{
    static constexpr unsigned kValues = 32, kAlignment = 16;
    static constexpr bool kEightBits = true;
    struct Weights
    {
        uint4 head, nibbles;
        unsigned pair;
    };
    struct Token
    {
        int4 low, high;
        float2 lowRun, highRun;
    };
    static __device__ Weights load(const unsigned char *row, unsigned chunk)
    {
        const unsigned char *block = row + chunk / 8 * 144;
        Weights w;
        w.nibbles = streamed(block + 16 + chunk % 8 * 16);
        w.head = __ldg(reinterpret_cast<const uint4 *>(block));
        w.pair = chunk % 8 / 2;
        return w;
    }
    static __device__ Token token(const TokenView &view, unsigned chunk)
    {
        const unsigned run = chunk / 2 * 4 + chunk % 2; // of 16 values; the high nibbles' is two further
        const auto *q = reinterpret_cast<const int4 *>(view.q);
        return {q[run], q[run + 2], view.runs[run], view.runs[run + 2]};
    }
    static __device__ float dot(const Weights &w, const Token &x)
    {
        unsigned scales;
        unsigned minima;
        q4Scales(w.head, w.pair, scales, minima);
        const auto low = static_cast<float>(dot16(nibblesOf(w.nibbles, 0), x.low));
        const auto high = static_cast<float>(dot16(nibblesOf(w.nibbles, 4), x.high));
        const float scaled = byteFloat(scales, 0) * x.lowRun.x * low + byteFloat(scales, 1) * x.highRun.x * high;
        const float least = byteFloat(minima, 0) * x.lowRun.y + byteFloat(minima, 1) * x.highRun.y;
        return halfFloat(w.head.x) * scaled - halfFloat(w.head.x >> 16) * least;
    }
};

/// 210 bytes a block, at even addresses. Eight columns of a half block: four runs of 8 values.
template <>
struct Chunk<DType::kQ6_K>
{
    static constexpr unsigned kValues = 32, kAlignment = 2;
    static constexpr bool kEightBits = true;
    struct Weights
    {
        uint2 low, low2, high;
        int scales[4];
        unsigned d;
    };
    struct Token
    {
        int2 x[4];
        float steps[4];
    };
    static __device__ Weights load(const unsigned char *row, unsigned chunk)
    {
        const unsigned char *block = row + chunk / 8 * 210;
        const unsigned half = chunk % 8 / 4;
        const unsigned column = chunk % 4 * 8;
        Weights w;
        w.low = evenBytes(block + half * 64 + column);
        w.low2 = evenBytes(block + half * 64 + 32 + column);
        w.high = evenBytes(block + 128 + half * 32 + column);
        const auto *scales = reinterpret_cast<const signed char *>(block + 192) + half * 8 + column / 16;
#pragma unroll
        for (int k = 0; k < 4; ++k)
            w.scales[k] = __ldg(scales + k * 2);
        w.d = halfBits(block + 208);
        return w;
    }
    static __device__ Token token(const TokenView &view, unsigned chunk)
    {
        Token token;
#pragma unroll
        for (unsigned k = 0; k < 4; ++k) {
            const unsigned at = chunk / 4 * 128 + k * 32 + chunk % 4 * 8;
            token.x[k] = *reinterpret_cast<const int2 *>(view.q + at);
            token.steps[k] = view.runs[at / 16].x;
        }
        return token;
    }
    static __device__ float dot(const Weights &w, const Token &x)
    {
        float sum = 0.0F;
#pragma unroll
        for (unsigned k = 0; k < 4; ++k) {
            const uint2 from = k % 2 == 0 ? w.low : w.low2;
            const unsigned a = (from.x >> k / 2 * 4 & 0x0F0F0F0FU) | (w.high.x >> k * 2 & 0x03030303U) << 4;
            const unsigned b = (from.y >> k / 2 * 4 & 0x0F0F0F0FU) | (w.high.y >> k * 2 & 0x03030303U) << 4;
            const int offset = 32 * dot8(0x01010101U, 0x01010101U, x.x[k]);
            sum += x.steps[k] * static_cast<float>(w.scales[k] * (dot8(a, b, x.x[k]) - offset));
        }
        return halfFloat(w.d) * sum;
    }
};

/// 34 bytes a block, at even addresses: a quarter of a block.
template <>
struct Chunk<DType::kQ8_0>
{
    static constexpr unsigned kValues = 8, kAlignment = 2;
    static constexpr bool kEightBits = true;
    struct Weights
    {
        uint2 q;
        unsigned d;
    };
    struct Token
    {
        int2 x;
        float step;
    };
    static __device__ Weights load(const unsigned char *row, unsigned chunk)
    {
        const unsigned char *block = row + chunk / 4 * 34;
        return {evenBytes(block + 2 + chunk % 4 * 8), halfBits(block)};
    }
    static __device__ Token token(const TokenView &view, unsigned chunk)
    {
        return {reinterpret_cast<const int2 *>(view.q)[chunk], view.runs[chunk / 2].x};
    }
    static __device__ float dot(const Weights &w, const Token &x)
    {
        return halfFloat(w.d) * x.step * static_cast<float>(dot8(w.q.x, w.q.y, x.x));
    }
};

/// 18 bytes a block, at even addresses: eight bytes, by low and by high nibbles.
template <>
struct Chunk<DType::kQ4_0>
{
    static constexpr unsigned kValues = 16, kAlignment = 2;
    static constexpr bool kEightBits = true;
    struct Weights
    {
        uint2 q;
        unsigned d;
    };
    struct Token
    {
        int2 low, high;
        float step;
    };
    static __device__ Weights load(const unsigned char *row, unsigned chunk)
    {
        const unsigned char *block = row + chunk / 2 * 18;
        return {evenBytes(block + 2 + chunk % 2 * 8), halfBits(block)};
    }
    static __device__ Token token(const TokenView &view, unsigned chunk)
    {
        const auto *q = reinterpret_cast<const int2 *>(view.q + chunk / 2 * 32 + chunk % 2 * 8);
        return {q[0], q[2], view.runs[chunk / 2 * 2].x};
    }
    static __device__ float dot(const Weights &w, const Token &x)
    {
        const int low = dot8(w.q.x & 0x0F0F0F0FU, w.q.y & 0x0F0F0F0FU, x.low);
        const int high = dot8(w.q.x >> 4 & 0x0F0F0F0FU, w.q.y >> 4 & 0x0F0F0F0FU, x.high);
        const int offset = 8 * (dot8(0x01010101U, 0x01010101U, x.low) + dot8(0x01010101U, 0x01010101U, x.high));
        return halfFloat(w.d) * x.step * static_cast<float>(low + high - offset);
    }
};

struct EightFloats
{
    float4 a, b;
};

__device__ inline EightFloats eightFloats(const float *at)
{
    const auto *from = reinterpret_cast<const float4 *>(at);
    return {__ldg(from), __ldg(from + 1)};
}

/// Rows at multiples of 16 bytes, like the token.
template <>
struct Chunk<DType::kF16>
{
    static constexpr unsigned kValues = 8, kAlignment = 16;
    static constexpr bool kEightBits = false;
    using Weights = uint4;
    using Token = EightFloats;
    static __device__ Weights load(const unsigned char *row, unsigned chunk) { return streamed(row + std::size_t{chunk} * 16); }
    static __device__ Token token(const TokenView &view, unsigned chunk) { return eightFloats(view.x + std::size_t{chunk} * 8); }
    static __device__ float dot(const Weights &w, const Token &x)
    {
        return halfFloat(w.x) * x.a.x + halfFloat(w.x >> 16) * x.a.y + halfFloat(w.y) * x.a.z + halfFloat(w.y >> 16) * x.a.w +
               halfFloat(w.z) * x.b.x + halfFloat(w.z >> 16) * x.b.y + halfFloat(w.w) * x.b.z + halfFloat(w.w >> 16) * x.b.w;
    }
};

template <>
struct Chunk<DType::kBF16>
{
    static constexpr unsigned kValues = 8, kAlignment = 16;
    static constexpr bool kEightBits = false;
    using Weights = uint4;
    using Token = EightFloats;
    static __device__ Weights load(const unsigned char *row, unsigned chunk) { return streamed(row + std::size_t{chunk} * 16); }
    static __device__ Token token(const TokenView &view, unsigned chunk) { return eightFloats(view.x + std::size_t{chunk} * 8); }
    static __device__ float low(unsigned two) { return __uint_as_float(two << 16); }
    static __device__ float high(unsigned two) { return __uint_as_float(two & 0xFFFF0000U); }
    static __device__ float dot(const Weights &w, const Token &x)
    {
        return low(w.x) * x.a.x + high(w.x) * x.a.y + low(w.y) * x.a.z + high(w.y) * x.a.w + low(w.z) * x.b.x + high(w.z) * x.b.y +
               low(w.w) * x.b.z + high(w.w) * x.b.w;
    }
};

template <>
struct Chunk<DType::kF32>
{
    static constexpr unsigned kValues = 4, kAlignment = 16;
    static constexpr bool kEightBits = false;
    using Weights = uint4;
    using Token = float4;
    static __device__ Weights load(const unsigned char *row, unsigned chunk) { return streamed(row + std::size_t{chunk} * 16); }
    static __device__ Token token(const TokenView &view, unsigned chunk) { return __ldg(reinterpret_cast<const float4 *>(view.x) + chunk); }
    static __device__ float dot(const Weights &w, const Token &x)
    {
        return __uint_as_float(w.x) * x.x + __uint_as_float(w.y) * x.y + __uint_as_float(w.z) * x.z + __uint_as_float(w.w) * x.w;
    }
};

} // namespace conclave::kernels::cuda
