#pragma once

#include <cstdint>
#include <immintrin.h>

/// Eight floats in an AVX register (AVX2, FMA, F16C). Only for files compiled for AVX2; everything is local to the including file.
namespace conclave::kernels
{
namespace
{

struct Vec
{
    static constexpr int kLanes = 8;
    __m256 v;

    static __m256i firstLanes(int n) { return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)); }
    static Vec zero() { return {_mm256_setzero_ps()}; }
    static Vec all(float x) { return {_mm256_set1_ps(x)}; }
    static Vec load(const float *p) { return {_mm256_loadu_ps(p)}; }
    static Vec loadFirst(const float *p, int n) { return {_mm256_maskload_ps(p, firstLanes(n))}; }
    static Vec loadHalf(const std::uint16_t *p) { return {_mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)))}; }
    static Vec loadBf16(const std::uint16_t *p)
    {
        const __m256i wide = _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p)));
        return {_mm256_castsi256_ps(_mm256_slli_epi32(wide, 16))};
    }
    static Vec loadInt8(const std::int8_t *p)
    {
        return {_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i *>(p))))};
    }
    void store(float *p) const { _mm256_storeu_ps(p, v); }
    void storeFirst(float *p, int n) const { _mm256_maskstore_ps(p, firstLanes(n), v); }
    void storeHalf(std::uint16_t *p) const
    {
        _mm_storeu_si128(reinterpret_cast<__m128i *>(p), _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
    }
    void storeInt8(std::int8_t *p) const
    {
        const __m256i whole = _mm256_cvtps_epi32(_mm256_and_ps(v, _mm256_cmp_ps(v, v, _CMP_ORD_Q)));
        const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256(whole, 1));
        _mm_storel_epi64(reinterpret_cast<__m128i *>(p), _mm_packs_epi16(words, words));
    }
    float sum() const
    {
        __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
        s = _mm_add_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
    }
    float largest() const
    {
        __m128 s = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
        s = _mm_max_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
    }
};

[[maybe_unused]] inline Vec operator+(Vec a, Vec b)
{
    return {_mm256_add_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec operator-(Vec a, Vec b)
{
    return {_mm256_sub_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec operator*(Vec a, Vec b)
{
    return {_mm256_mul_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec operator/(Vec a, Vec b)
{
    return {_mm256_div_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec fma(Vec a, Vec b, Vec c)
{
    return {_mm256_fmadd_ps(a.v, b.v, c.v)};
}
[[maybe_unused]] inline Vec maximum(Vec a, Vec b)
{
    return {_mm256_max_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec minimum(Vec a, Vec b)
{
    return {_mm256_min_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec magnitude(Vec a)
{
    return {_mm256_andnot_ps(_mm256_set1_ps(-0.0F), a.v)};
}
[[maybe_unused]] inline Vec roundToEven(Vec a)
{
    return {_mm256_round_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
[[maybe_unused]] inline Vec timesPowerOfTwo(Vec a, Vec n)
{
    const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n.v), _mm256_set1_epi32(127));
    return {_mm256_mul_ps(a.v, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)))};
}
[[maybe_unused]] inline Vec reciprocalRoot(float x)
{
    return Vec::all(1.0F) / Vec{_mm256_sqrt_ps(_mm256_set1_ps(x))};
}
[[maybe_unused]] inline void loadPairs(const float *p, Vec &even, Vec &odd)
{
    const __m256 a = _mm256_loadu_ps(p);
    const __m256 b = _mm256_loadu_ps(p + 8);
    const __m256 lower = _mm256_permute2f128_ps(a, b, 0x20);
    const __m256 upper = _mm256_permute2f128_ps(a, b, 0x31);
    even.v = _mm256_shuffle_ps(lower, upper, 0x88);
    odd.v = _mm256_shuffle_ps(lower, upper, 0xDD);
}
[[maybe_unused]] inline void storePairs(float *p, Vec even, Vec odd)
{
    const __m256 lower = _mm256_unpacklo_ps(even.v, odd.v);
    const __m256 upper = _mm256_unpackhi_ps(even.v, odd.v);
    _mm256_storeu_ps(p, _mm256_permute2f128_ps(lower, upper, 0x20));
    _mm256_storeu_ps(p + 8, _mm256_permute2f128_ps(lower, upper, 0x31));
}
[[maybe_unused]] inline void transposeTile(const Vec (&in)[Vec::kLanes], float *out, std::int64_t stride)
{
    __m256 r[8];
    __m256 s[8];
    for (int i = 0; i < 4; ++i) {
        s[2 * i] = _mm256_unpacklo_ps(in[2 * i].v, in[2 * i + 1].v);
        s[2 * i + 1] = _mm256_unpackhi_ps(in[2 * i].v, in[2 * i + 1].v);
    }
    for (int i = 0; i < 2; ++i) {
        r[4 * i] = _mm256_shuffle_ps(s[4 * i], s[4 * i + 2], 0x44);
        r[4 * i + 1] = _mm256_shuffle_ps(s[4 * i], s[4 * i + 2], 0xEE);
        r[4 * i + 2] = _mm256_shuffle_ps(s[4 * i + 1], s[4 * i + 3], 0x44);
        r[4 * i + 3] = _mm256_shuffle_ps(s[4 * i + 1], s[4 * i + 3], 0xEE);
    }
    for (int i = 0; i < 4; ++i) {
        _mm256_storeu_ps(out + i * stride, _mm256_permute2f128_ps(r[i], r[i + 4], 0x20));
        _mm256_storeu_ps(out + (i + 4) * stride, _mm256_permute2f128_ps(r[i], r[i + 4], 0x31));
    }
}
/// Into the second-level cache: the first has room for few fetches under way, which its own misses need as well.
[[maybe_unused]] inline void prefetch(const void *p)
{
    _mm_prefetch(static_cast<const char *>(p), _MM_HINT_T1);
}
[[maybe_unused]] inline float scalarFromHalf(std::uint16_t h)
{
    return _cvtsh_ss(h);
}

// 4 x 3 accumulators, three vectors of b and one broadcast fill the sixteen registers.
constexpr int kTileRows = 4;
constexpr int kTileVectors = 3;

} // namespace
} // namespace conclave::kernels
