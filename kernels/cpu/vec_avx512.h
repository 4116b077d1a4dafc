#pragma once

#include <cstdint>
#include <immintrin.h>

/// Sixteen floats in an AVX-512 register. Only for files compiled for AVX-512; everything is local to the including file.
namespace conclave::kernels
{
namespace
{

struct Vec
{
    static constexpr int kLanes = 16;
    __m512 v;

    static __mmask16 firstLanes(int n) { return static_cast<__mmask16>((1U << n) - 1U); }
    static Vec zero() { return {_mm512_setzero_ps()}; }
    static Vec all(float x) { return {_mm512_set1_ps(x)}; }
    static Vec load(const float *p) { return {_mm512_loadu_ps(p)}; }
    static Vec loadFirst(const float *p, int n) { return {_mm512_maskz_loadu_ps(firstLanes(n), p)}; }
    static Vec loadHalf(const std::uint16_t *p) { return {_mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(p)))}; }
    static Vec loadBf16(const std::uint16_t *p)
    {
        const __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(p)));
        return {_mm512_castsi512_ps(_mm512_slli_epi32(wide, 16))};
    }
    static Vec loadInt8(const std::int8_t *p)
    {
        return {_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i *>(p))))};
    }
    void store(float *p) const { _mm512_storeu_ps(p, v); }
    void storeFirst(float *p, int n) const { _mm512_mask_storeu_ps(p, firstLanes(n), v); }
    void storeHalf(std::uint16_t *p) const
    {
        _mm256_storeu_si256(reinterpret_cast<__m256i *>(p), _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
    }
    void storeInt8(std::int8_t *p) const
    {
        const __mmask16 number = _mm512_cmp_ps_mask(v, v, _CMP_ORD_Q);
        _mm_storeu_si128(reinterpret_cast<__m128i *>(p), _mm512_cvtsepi32_epi8(_mm512_maskz_cvtps_epi32(number, v)));
    }
    float sum() const { return _mm512_reduce_add_ps(v); }
    float largest() const { return _mm512_reduce_max_ps(v); }
};

[[maybe_unused]] inline Vec operator+(Vec a, Vec b)
{
    return {_mm512_add_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec operator-(Vec a, Vec b)
{
    return {_mm512_sub_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec operator*(Vec a, Vec b)
{
    return {_mm512_mul_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec operator/(Vec a, Vec b)
{
    return {_mm512_div_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec fma(Vec a, Vec b, Vec c)
{
    return {_mm512_fmadd_ps(a.v, b.v, c.v)};
}
[[maybe_unused]] inline Vec maximum(Vec a, Vec b)
{
    return {_mm512_max_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec minimum(Vec a, Vec b)
{
    return {_mm512_min_ps(a.v, b.v)};
}
[[maybe_unused]] inline Vec magnitude(Vec a)
{
    return {_mm512_abs_ps(a.v)};
}
[[maybe_unused]] inline Vec roundToEven(Vec a)
{
    return {_mm512_roundscale_ps(a.v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)};
}
[[maybe_unused]] inline Vec timesPowerOfTwo(Vec a, Vec n)
{
    return {_mm512_scalef_ps(a.v, n.v)};
}
[[maybe_unused]] inline Vec reciprocalRoot(float x)
{
    return Vec::all(1.0F) / Vec{_mm512_sqrt_ps(_mm512_set1_ps(x))};
}
[[maybe_unused]] inline void loadPairs(const float *p, Vec &even, Vec &odd)
{
    const __m512i evenIndex = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i oddIndex = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
    const __m512 a = _mm512_loadu_ps(p);
    const __m512 b = _mm512_loadu_ps(p + 16);
    even.v = _mm512_permutex2var_ps(a, evenIndex, b);
    odd.v = _mm512_permutex2var_ps(a, oddIndex, b);
}
[[maybe_unused]] inline void storePairs(float *p, Vec even, Vec odd)
{
    const __m512i lower = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const __m512i upper = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    _mm512_storeu_ps(p, _mm512_permutex2var_ps(even.v, lower, odd.v));
    _mm512_storeu_ps(p + 16, _mm512_permutex2var_ps(even.v, upper, odd.v));
}
[[maybe_unused]] inline void transposeTile(const Vec (&in)[Vec::kLanes], float *out, std::int64_t stride)
{
    __m512 r[16];
    __m512 s[16];
    for (int i = 0; i < 8; ++i) {
        s[2 * i] = _mm512_unpacklo_ps(in[2 * i].v, in[2 * i + 1].v);
        s[2 * i + 1] = _mm512_unpackhi_ps(in[2 * i].v, in[2 * i + 1].v);
    }
    for (int i = 0; i < 4; ++i) // r[4i + j]: column j of each group of four, from rows 4i .. 4i + 3
    {
        r[4 * i] = _mm512_shuffle_ps(s[4 * i], s[4 * i + 2], 0x44);
        r[4 * i + 1] = _mm512_shuffle_ps(s[4 * i], s[4 * i + 2], 0xEE);
        r[4 * i + 2] = _mm512_shuffle_ps(s[4 * i + 1], s[4 * i + 3], 0x44);
        r[4 * i + 3] = _mm512_shuffle_ps(s[4 * i + 1], s[4 * i + 3], 0xEE);
    }
    for (int j = 0; j < 4; ++j) {
        const __m512 a = _mm512_shuffle_f32x4(r[j], r[4 + j], 0x88);      // columns j and 8 + j of rows 0 .. 7
        const __m512 b = _mm512_shuffle_f32x4(r[j], r[4 + j], 0xDD);      // columns 4 + j and 12 + j
        const __m512 c = _mm512_shuffle_f32x4(r[8 + j], r[12 + j], 0x88); // the same of rows 8 .. 15
        const __m512 d = _mm512_shuffle_f32x4(r[8 + j], r[12 + j], 0xDD);
        _mm512_storeu_ps(out + j * stride, _mm512_shuffle_f32x4(a, c, 0x88));
        _mm512_storeu_ps(out + (4 + j) * stride, _mm512_shuffle_f32x4(b, d, 0x88));
        _mm512_storeu_ps(out + (8 + j) * stride, _mm512_shuffle_f32x4(a, c, 0xDD));
        _mm512_storeu_ps(out + (12 + j) * stride, _mm512_shuffle_f32x4(b, d, 0xDD));
    }
}
/// Into the second-level cache: the first has room for few fetches under way, which its own misses need as well.
[[maybe_unused]] inline void prefetch(const void *p)
{
    _mm_prefetch(static_cast<const char *>(p), _MM_HINT_T1);
}
[[maybe_unused]] inline float scalarFromHalf(std::uint16_t h)
{
    return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(h)));
}

// 8 x 3 accumulators, three vectors of b and a broadcast of the thirty-two registers.
constexpr int kTileRows = 8;
constexpr int kTileVectors = 3;

} // namespace
} // namespace conclave::kernels
