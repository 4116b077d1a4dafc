#pragma once

#include <cuda_runtime.h>

#include <cstdint>

/// Ways to multiply a quantised matrix with one token, to be measured against each other on a card (bench_cuda). Activations are 8-bit
/// integers in groups of 32 (dp4a), or float32. Four warps a block, `kRows` rows of W a warp; rows must be a multiple of 4 kRows.
namespace conclave::bench
{

inline constexpr unsigned kWarps = 4;

/// A token in 8 bits: values, and for each run of 16 the step and step * sum.
struct Token8
{
    const std::int8_t *q;
    const float2 *runs;
};

struct MatvecCall
{
    const unsigned char *weight;
    std::uint64_t stride;
    Token8 token;
    const float *x;
    float *out;
    unsigned rows, width;
};

__device__ inline float warpTotal(float value)
{
    for (int distance = 16; distance > 0; distance /= 2)
        value += __shfl_xor_sync(0xFFFFFFFFU, value, distance);
    return value;
}

/// A warp a group of 32 values.
__global__ void quantiseToken(const float *x, std::int8_t *q, float2 *runs, unsigned width)
{
    const unsigned at = blockIdx.x * blockDim.x + threadIdx.x;
    if (at >= width) // width is a multiple of 32: whole warps leave
        return;
    const float value = x[at];
    float most = fabsf(value);
    for (int distance = 16; distance > 0; distance /= 2)
        most = fmaxf(most, __shfl_xor_sync(0xFFFFFFFFU, most, distance));
    const float step = most / 127.0F;
    const int rounded = step > 0.0F ? __float2int_rn(value / step) : 0;
    int sum = rounded;
    for (int distance = 8; distance > 0; distance /= 2)
        sum += __shfl_xor_sync(0xFFFFFFFFU, sum, distance);
    q[at] = static_cast<std::int8_t>(rounded);
    if (at % 16 == 0)
        runs[at / 16] = make_float2(step, step * static_cast<float>(sum));
}

__device__ inline uint4 streamed(const uint4 *at)
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

__device__ inline int dot16(uint4 a, int4 b)
{
    int sum = __dp4a(static_cast<int>(a.x), b.x, 0);
    sum = __dp4a(static_cast<int>(a.y), b.y, sum);
    sum = __dp4a(static_cast<int>(a.z), b.z, sum);
    return __dp4a(static_cast<int>(a.w), b.w, sum);
}

__device__ inline uint4 lowNibbles(uint4 v, int shift)
{
    return make_uint4(v.x >> shift & 0x0F0F0F0FU, v.y >> shift & 0x0F0F0F0FU, v.z >> shift & 0x0F0F0F0FU, v.w >> shift & 0x0F0F0F0FU);
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

__device__ inline float byteFloat(unsigned v, int index)
{
    return static_cast<float>(v >> index * 8 & 255U);
}

/// Q4_K, rows at multiples of 16 bytes: a lane takes 16 bytes, 32 values.
template <int kRows>
__global__ void __launch_bounds__(kWarps * 32) matvecQ4K(MatvecCall call)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned first = (blockIdx.x * kWarps + threadIdx.x / 32) * kRows;
    float sums[kRows] = {};
    const auto *q = reinterpret_cast<const int4 *>(call.token.q);
#pragma unroll 2
    for (unsigned chunk = lane; chunk < call.width / 32; chunk += 32) {
        const unsigned block = chunk / 8;
        const unsigned pair = chunk % 8 / 2;
        const unsigned run = block * 16 + pair * 4 + chunk % 2; // of 16 values; the high nibbles' is two further
        uint4 heads[kRows];
        uint4 nibbles[kRows];
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
            const auto *at = reinterpret_cast<const uint4 *>(call.weight + (first + r) * call.stride) + block * 9;
            nibbles[r] = streamed(at + 1 + chunk % 8);
            heads[r] = __ldg(at);
        }
        const int4 low = __ldg(q + run);
        const int4 high = __ldg(q + run + 2);
        const float2 lowRun = __ldg(call.token.runs + run);
        const float2 highRun = __ldg(call.token.runs + run + 2);
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
            unsigned scales;
            unsigned minima;
            q4Scales(heads[r], pair, scales, minima);
            const auto lowDot = static_cast<float>(dot16(lowNibbles(nibbles[r], 0), low));
            const auto highDot = static_cast<float>(dot16(lowNibbles(nibbles[r], 4), high));
            const float scaled = byteFloat(scales, 0) * lowRun.x * lowDot + byteFloat(scales, 1) * highRun.x * highDot;
            const float least = byteFloat(minima, 0) * lowRun.y + byteFloat(minima, 1) * highRun.y;
            sums[r] += halfFloat(heads[r].x) * scaled - halfFloat(heads[r].x >> 16) * least;
        }
    }
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
        const float sum = warpTotal(sums[r]);
        if (lane == 0)
            call.out[first + r] = sum;
    }
}

/// The same with float32 activations: nibbles become floats by the exponent's trick.
template <int kRows>
__global__ void __launch_bounds__(kWarps * 32) matvecQ4KFloat(MatvecCall call)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned first = (blockIdx.x * kWarps + threadIdx.x / 32) * kRows;
    float sums[kRows] = {};
    for (unsigned chunk = lane; chunk < call.width / 32; chunk += 32) {
        const unsigned block = chunk / 8;
        const unsigned pair = chunk % 8 / 2;
        const unsigned run = block * 16 + pair * 4 + chunk % 2;
        uint4 heads[kRows];
        uint4 nibbles[kRows];
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
            const auto *at = reinterpret_cast<const uint4 *>(call.weight + (first + r) * call.stride) + block * 9;
            nibbles[r] = streamed(at + 1 + chunk % 8);
            heads[r] = __ldg(at);
        }
        float dots[kRows][2] = {};
        float totals[2] = {};
#pragma unroll
        for (int word = 0; word < 4; ++word) {
#pragma unroll
            for (int part = 0; part < 2; ++part) {
                const float4 x = __ldg(reinterpret_cast<const float4 *>(call.x + run * 16 + part * 32) + word);
                totals[part] += x.x + x.y + x.z + x.w;
#pragma unroll
                for (int r = 0; r < kRows; ++r) {
                    const unsigned v = word == 0 ? nibbles[r].x : word == 1 ? nibbles[r].y : word == 2 ? nibbles[r].z : nibbles[r].w;
                    const unsigned four = v >> part * 4 & 0x0F0F0F0FU;
                    dots[r][part] += (__uint_as_float(__byte_perm(four, 0x4B000000U, 0x7550)) - 8388608.0F) * x.x;
                    dots[r][part] += (__uint_as_float(__byte_perm(four, 0x4B000000U, 0x7551)) - 8388608.0F) * x.y;
                    dots[r][part] += (__uint_as_float(__byte_perm(four, 0x4B000000U, 0x7552)) - 8388608.0F) * x.z;
                    dots[r][part] += (__uint_as_float(__byte_perm(four, 0x4B000000U, 0x7553)) - 8388608.0F) * x.w;
                }
            }
        }
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
            unsigned scales;
            unsigned minima;
            q4Scales(heads[r], pair, scales, minima);
            sums[r] += halfFloat(heads[r].x) * (byteFloat(scales, 0) * dots[r][0] + byteFloat(scales, 1) * dots[r][1]) -
                       halfFloat(heads[r].x >> 16) * (byteFloat(minima, 0) * totals[0] + byteFloat(minima, 1) * totals[1]);
        }
    }
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
        const float sum = warpTotal(sums[r]);
        if (lane == 0)
            call.out[first + r] = sum;
    }
}

/// Eight bytes at an even address.
__device__ inline uint2 evenBytes(const unsigned char *at)
{
    const auto *halves = reinterpret_cast<const unsigned short *>(at);
    return make_uint2(__ldg(halves) | static_cast<unsigned>(__ldg(halves + 1)) << 16,
                      __ldg(halves + 2) | static_cast<unsigned>(__ldg(halves + 3)) << 16);
}

__device__ inline int dot8(unsigned a, unsigned b, int2 x)
{
    return __dp4a(static_cast<int>(b), x.y, __dp4a(static_cast<int>(a), x.x, 0));
}

/// Q6_K (210 bytes, at even addresses): a lane takes 8 columns of a half block: four runs of 8 values.
template <int kRows>
__global__ void __launch_bounds__(kWarps * 32) matvecQ6K(MatvecCall call)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned first = (blockIdx.x * kWarps + threadIdx.x / 32) * kRows;
    float sums[kRows] = {};
    for (unsigned chunk = lane; chunk < call.width / 32; chunk += 32) {
        const unsigned block = chunk / 8;
        const unsigned half = chunk % 8 / 4;
        const unsigned column = chunk % 4 * 8;
        int2 x[4];
        float steps[4];
        int totals[4];
#pragma unroll
        for (unsigned k = 0; k < 4; ++k) {
            const unsigned at = block * 256 + half * 128 + k * 32 + column;
            x[k] = __ldg(reinterpret_cast<const int2 *>(call.token.q + at));
            steps[k] = __ldg(&call.token.runs[at / 16].x);
            totals[k] = 32 * dot8(0x01010101U, 0x01010101U, x[k]);
        }
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
            const unsigned char *at = call.weight + (first + r) * call.stride + block * 210;
            const uint2 low = evenBytes(at + half * 64 + column);
            const uint2 low2 = evenBytes(at + half * 64 + 32 + column);
            const uint2 high = evenBytes(at + 128 + half * 32 + column);
            const auto *scales = reinterpret_cast<const std::int8_t *>(at + 192) + half * 8 + column / 16;
            float sum = 0.0F;
#pragma unroll
            for (unsigned k = 0; k < 4; ++k) {
                const uint2 from = k % 2 == 0 ? low : low2;
                const unsigned a = (from.x >> k / 2 * 4 & 0x0F0F0F0FU) | (high.x >> k * 2 & 0x03030303U) << 4;
                const unsigned b = (from.y >> k / 2 * 4 & 0x0F0F0F0FU) | (high.y >> k * 2 & 0x03030303U) << 4;
                sum += steps[k] * static_cast<float>(scales[k * 2] * (dot8(a, b, x[k]) - totals[k]));
            }
            sums[r] += halfFloat(__ldg(reinterpret_cast<const unsigned short *>(at + 208))) * sum;
        }
    }
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
        const float sum = warpTotal(sums[r]);
        if (lane == 0)
            call.out[first + r] = sum;
    }
}

/// Q8_0 (34 bytes, at even addresses): a lane takes 8 values.
template <int kRows>
__global__ void __launch_bounds__(kWarps * 32) matvecQ8(MatvecCall call)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned first = (blockIdx.x * kWarps + threadIdx.x / 32) * kRows;
    float sums[kRows] = {};
#pragma unroll 4
    for (unsigned chunk = lane; chunk < call.width / 8; chunk += 32) {
        const int2 x = __ldg(reinterpret_cast<const int2 *>(call.token.q) + chunk);
        const float step = __ldg(&call.token.runs[chunk / 2].x);
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
            const unsigned char *at = call.weight + (first + r) * call.stride + chunk / 4 * 34;
            const uint2 q = evenBytes(at + 2 + chunk % 4 * 8);
            const float d = halfFloat(__ldg(reinterpret_cast<const unsigned short *>(at)));
            sums[r] += d * step * static_cast<float>(dot8(q.x, q.y, x));
        }
    }
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
        const float sum = warpTotal(sums[r]);
        if (lane == 0)
            call.out[first + r] = sum;
    }
}

/// F16, rows at multiples of 16 bytes: a lane takes 8 values.
template <int kRows>
__global__ void __launch_bounds__(kWarps * 32) matvecF16(MatvecCall call)
{
    const unsigned lane = threadIdx.x % 32;
    const unsigned first = (blockIdx.x * kWarps + threadIdx.x / 32) * kRows;
    float sums[kRows] = {};
#pragma unroll 4
    for (unsigned chunk = lane; chunk < call.width / 8; chunk += 32) {
        const float4 x = __ldg(reinterpret_cast<const float4 *>(call.x) + chunk * 2);
        const float4 y = __ldg(reinterpret_cast<const float4 *>(call.x) + chunk * 2 + 1);
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
            const uint4 w = streamed(reinterpret_cast<const uint4 *>(call.weight + (first + r) * call.stride) + chunk);
            sums[r] += halfFloat(w.x) * x.x + halfFloat(w.x >> 16) * x.y + halfFloat(w.y) * x.z + halfFloat(w.y >> 16) * x.w +
                       halfFloat(w.z) * y.x + halfFloat(w.z >> 16) * y.y + halfFloat(w.w) * y.z + halfFloat(w.w >> 16) * y.w;
        }
    }
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
        const float sum = warpTotal(sums[r]);
        if (lane == 0)
            call.out[first + r] = sum;
    }
}

} // namespace conclave::bench
