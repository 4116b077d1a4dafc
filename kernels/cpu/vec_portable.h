#pragma once

#include "kernels/core/half.h"

#include <cmath>
#include <cstdint>

/// Four floats in plain C++: the same interface as vec_avx2.h and vec_avx512.h.
namespace conclave::kernels
{
namespace
{

struct Vec
{
    static constexpr int kLanes = 4;
    float v[kLanes];

    template <class F>
    static Vec each(const F &f)
    {
        Vec r;
        for (int i = 0; i < kLanes; ++i)
            r.v[i] = f(i);
        return r;
    }
    static Vec zero() { return {}; }
    static Vec all(float x)
    {
        return each([=](int) { return x; });
    }
    static Vec load(const float *p)
    {
        return each([=](int i) { return p[i]; });
    }
    static Vec loadFirst(const float *p, int n)
    {
        return each([=](int i) { return i < n ? p[i] : 0.0F; });
    }
    static Vec loadHalf(const std::uint16_t *p)
    {
        return each([=](int i) { return halfToFloat(p[i]); });
    }
    static Vec loadBf16(const std::uint16_t *p)
    {
        return each([=](int i) { return bf16ToFloat(p[i]); });
    }
    static Vec loadInt8(const std::int8_t *p)
    {
        return each([=](int i) { return static_cast<float>(p[i]); });
    }
    void store(float *p) const
    {
        for (int i = 0; i < kLanes; ++i)
            p[i] = v[i];
    }
    void storeFirst(float *p, int n) const
    {
        for (int i = 0; i < n; ++i)
            p[i] = v[i];
    }
    void storeHalf(std::uint16_t *p) const
    {
        for (int i = 0; i < kLanes; ++i)
            p[i] = floatToHalf(v[i]);
    }
    /// Values must be within +-127 (or NaN, which becomes 0).
    void storeInt8(std::int8_t *p) const
    {
        for (int i = 0; i < kLanes; ++i)
            p[i] = v[i] == v[i] ? static_cast<std::int8_t>(std::lrint(v[i])) : std::int8_t{0};
    }
    float sum() const { return (v[0] + v[1]) + (v[2] + v[3]); }
    float largest() const { return std::fmax(std::fmax(v[0], v[1]), std::fmax(v[2], v[3])); }
};

[[maybe_unused]] Vec operator+(Vec a, Vec b)
{
    return Vec::each([&](int i) { return a.v[i] + b.v[i]; });
}
[[maybe_unused]] Vec operator-(Vec a, Vec b)
{
    return Vec::each([&](int i) { return a.v[i] - b.v[i]; });
}
[[maybe_unused]] Vec operator*(Vec a, Vec b)
{
    return Vec::each([&](int i) { return a.v[i] * b.v[i]; });
}
[[maybe_unused]] Vec operator/(Vec a, Vec b)
{
    return Vec::each([&](int i) { return a.v[i] / b.v[i]; });
}
/// a * b + c
[[maybe_unused]] Vec fma(Vec a, Vec b, Vec c)
{
    return Vec::each([&](int i) { return a.v[i] * b.v[i] + c.v[i]; });
}
[[maybe_unused]] Vec maximum(Vec a, Vec b)
{
    return Vec::each([&](int i) { return a.v[i] > b.v[i] ? a.v[i] : b.v[i]; });
}
[[maybe_unused]] Vec minimum(Vec a, Vec b)
{
    return Vec::each([&](int i) { return a.v[i] < b.v[i] ? a.v[i] : b.v[i]; });
}
[[maybe_unused]] Vec magnitude(Vec a)
{
    return Vec::each([&](int i) { return std::fabs(a.v[i]); });
}
[[maybe_unused]] Vec roundToEven(Vec a)
{
    return Vec::each([&](int i) { return std::nearbyint(a.v[i]); });
}
/// a * 2^n for whole n within the exponent range of normal floats.
[[maybe_unused]] Vec timesPowerOfTwo(Vec a, Vec n)
{
    return Vec::each([&](int i) {
        return a.v[i] * floatFromBits(static_cast<std::uint32_t>((n.v[i] == n.v[i] ? static_cast<int>(n.v[i]) : 0) + 127) << 23);
    });
}
/// 1 / sqrt(x) in all lanes.
[[maybe_unused]] Vec reciprocalRoot(float x)
{
    return Vec::all(1.0F / std::sqrt(x));
}
/// Even and odd elements of the 2 * kLanes floats at p, and back.
[[maybe_unused]] void loadPairs(const float *p, Vec &even, Vec &odd)
{
    even = Vec::each([=](int i) { return p[2 * i]; });
    odd = Vec::each([=](int i) { return p[2 * i + 1]; });
}
[[maybe_unused]] void storePairs(float *p, Vec even, Vec odd)
{
    for (int i = 0; i < Vec::kLanes; ++i) {
        p[2 * i] = even.v[i];
        p[2 * i + 1] = odd.v[i];
    }
}
/// out[k * stride + i] = in[i][k] for kLanes x kLanes values.
[[maybe_unused]] void transposeTile(const Vec (&in)[Vec::kLanes], float *out, std::int64_t stride)
{
    for (int i = 0; i < Vec::kLanes; ++i)
        for (int k = 0; k < Vec::kLanes; ++k)
            out[k * stride + i] = in[i].v[k];
}
[[maybe_unused]] void prefetch(const void *) {}
[[maybe_unused]] float scalarFromHalf(std::uint16_t h)
{
    return halfToFloat(h);
}

constexpr int kTileRows = 4;
constexpr int kTileVectors = 2;

} // namespace
} // namespace conclave::kernels
