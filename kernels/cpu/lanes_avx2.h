#pragma once

#include "kernels/cpu/quant_x86_blocks.inl"

/// 32 bytes in an AVX register, as the loops of quant_x86_dot.inl and gemm8.inl want them. Products of unsigned with signed bytes are
/// summed in pairs to 16 bits; no sum of a pair can reach 2^15: |q| <= 127 for tokens, and weights are at most 128. Only for files compiled
/// for AVX2; everything is local to the including file.
namespace conclave::kernels
{
namespace
{

struct LanesAvx2
{
    using Ints = __m256i;
    using Floats = __m256;
    static constexpr int kFloats = 8;
    static constexpr int kParts = 1; ///< of 32 bytes

    static constexpr bool kSumsWords = true; ///< products are summed in 16 bits first

    /// Offset that `dot` and `pairs` leave in their results.
    static constexpr int offset(int stored) { return stored == kSigned ? 0 : stored; }

    static __m256i firstLanes(int n) { return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)); }
    static Ints zero() { return _mm256_setzero_si256(); }
    template <class T>
    static Ints blockBytes(const typename T::Block &block, const typename T::Block &)
    {
        return T::bytes(block);
    }
    template <int part, class T>
    static Ints partBytes(const T &view)
    {
        return view.template bytes<part>();
    }
    static Ints loadBytes(const void *p) { return load32(p); }
    static Ints loadPart(const void *p) { return load32(p); }
    static Ints loadFirstInts(const void *p, int n) { return _mm256_maskload_epi32(static_cast<const int *>(p), firstLanes(n)); }
    static Floats all(float x) { return _mm256_set1_ps(x); }
    static Floats allFirst(__m128 v) { return _mm256_broadcastss_ps(v); }
    static Floats load(const float *p) { return _mm256_loadu_ps(p); }
    static Floats loadFirst(const float *p, int n) { return _mm256_maskload_ps(p, firstLanes(n)); }
    static Floats withoutFirst(Floats v, int n) { return _mm256_andnot_ps(_mm256_castsi256_ps(firstLanes(n)), v); }
    static Floats withoutSecondHalf(Floats v) { return _mm256_blend_ps(v, _mm256_setzero_ps(), 0xF0); }
    /// Half a vector from each.
    static Floats loadTwo(const float *first, const float *second)
    {
        return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(first)), _mm_loadu_ps(second), 1);
    }
    static Ints loadTwoInts(const void *first, const void *second) { return joinHalves(load16(first), load16(second)); }
    static Floats multiply(Floats a, Floats b) { return _mm256_mul_ps(a, b); }
    static Floats fma(Floats a, Floats b, Floats c) { return _mm256_fmadd_ps(a, b, c); }
    static Floats toFloats(Ints v) { return _mm256_cvtepi32_ps(v); }
    static Floats subtractLow(Floats a, __m256 b) { return _mm256_sub_ps(a, b); }
    static float sum(Floats v)
    {
        __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
        s = _mm_add_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
    }

    /// The first four bytes of each of `count` blocks, the rest 0.
    static Ints gather(const void *blocks, int size, int count)
    {
        const __m256i offsets = _mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), _mm256_set1_epi32(size));
        return _mm256_mask_i32gather_epi32(zero(), static_cast<const int *>(blocks), offsets, firstLanes(count), 1);
    }
    static Floats lowHalves(Ints v)
    {
        const __m256i words = _mm256_packus_epi32(_mm256_and_si256(v, _mm256_set1_epi32(0xFFFF)), zero());
        return _mm256_cvtph_ps(_mm256_castsi256_si128(_mm256_permute4x64_epi64(words, 0x08)));
    }
    static Floats highHalves(Ints v) { return lowHalves(_mm256_srli_epi32(v, 16)); }
    static Floats powersOfTwo(Ints v)
    {
        const __m256i e = _mm256_and_si256(v, _mm256_set1_epi32(255));
        const __m256i normal = _mm256_slli_epi32(_mm256_sub_epi32(e, _mm256_set1_epi32(1)), 23);
        const __m256i subnormal = _mm256_sllv_epi32(_mm256_set1_epi32(0x00200000), e);
        return _mm256_castsi256_ps(_mm256_blendv_epi8(normal, subnormal, _mm256_cmpgt_epi32(_mm256_set1_epi32(2), e)));
    }

    /// The scales and mins of eight blocks, or of the first `count`.
    template <class T, bool whole>
    static Floats scales(const typename T::Block *row, int count)
    {
        const Ints heads = gather(row, sizeof(typename T::Block), count);
        return T::kHead == Head::kExponent ? powersOfTwo(heads) : lowHalves(heads);
    }
    template <class T, bool whole>
    static Floats mins(const typename T::Block *row, int count)
    {
        return highHalves(gather(row, sizeof(typename T::Block), count));
    }

    /// Sums of two neighbours of 16 bits.
    static Ints addPairs(Ints words) { return _mm256_madd_epi16(words, _mm256_set1_epi16(1)); }
    template <int offset>
    static Ints pairs(Ints w, Ints q)
    {
        if constexpr (offset == kSigned)
            return _mm256_maddubs_epi16(_mm256_abs_epi8(w), _mm256_sign_epi8(q, w));
        return _mm256_maddubs_epi16(w, q);
    }
    template <int offset>
    static Ints dot(Ints w, Ints q)
    {
        return addPairs(pairs<offset>(w, q));
    }
    template <int offset>
    static Ints dots(Ints w1, Ints q1, Ints w2, Ints q2)
    {
        return _mm256_add_epi32(dot<offset>(w1, q1), dot<offset>(w2, q2));
    }
    static Ints addProducts(Ints sum, Ints words, Ints scale) { return _mm256_add_epi32(sum, _mm256_madd_epi16(words, scale)); }

    /// Scale 2 i in the first eight words, 2 i + 1 in the others.
    template <int i>
    static Ints scalesOf(__m256i sixteen)
    {
        const __m256i half = _mm256_permute4x64_epi64(sixteen, i < 4 ? 0x44 : 0xEE);
        constexpr short first = static_cast<short>(i % 4 * 4 | (i % 4 * 4 + 1) << 8);
        constexpr short second = static_cast<short>(first + 0x0202);
        return _mm256_shuffle_epi8(half, joinHalves(_mm_set1_epi16(first), _mm_set1_epi16(second)));
    }
    /// Block i's value in all lanes.
    static Floats spread(Floats v, int i) { return _mm256_permutevar8x32_ps(v, _mm256_set1_epi32(i)); }

    // ---- Blocks of nibbles side by side, sixteen bytes of each ----
    static Ints evenQuarters(Ints a, Ints b) { return _mm256_permute2x128_si256(a, b, 0x20); }
    static Ints oddQuarters(Ints a, Ints b) { return _mm256_permute2x128_si256(a, b, 0x31); }
    /// The values of blocks i and i + 1, a half each.
    static Floats spreadToQuarters(Floats v, int i)
    {
        const __m256i halves = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
        return _mm256_permutevar8x32_ps(v, _mm256_add_epi32(halves, _mm256_set1_epi32(i)));
    }

    // ---- Rows side by side: see gemm8.inl ----
    static Ints allInts(std::int32_t x) { return _mm256_set1_epi32(x); }
    static Ints allBytes(int x) { return _mm256_set1_epi8(static_cast<char>(x)); }
    static Ints addInts(Ints a, Ints b) { return _mm256_add_epi32(a, b); }
    static Ints addWords(Ints a, Ints b) { return _mm256_add_epi16(a, b); }
    static Ints addBytes(Ints a, Ints b) { return _mm256_add_epi8(a, b); }
    static Ints either(Ints a, Ints b) { return _mm256_or_si256(a, b); }
    static Ints shiftLeft(Ints words, int n) { return _mm256_slli_epi16(words, n); }
    static Ints bits(Ints v, int shift, int mask) { return _mm256_and_si256(_mm256_srli_epi16(v, shift), allBytes(mask)); }
    static Ints table(const std::int8_t *values, Ints indices) { return lookUp(values, indices); }
    static void storeBytes(void *p, Ints v) { _mm256_storeu_si256(static_cast<__m256i *>(p), v); }
    static void store(float *p, Floats v) { _mm256_storeu_ps(p, v); }
    static Ints low32(Ints a, Ints b) { return _mm256_unpacklo_epi32(a, b); }
    static Ints high32(Ints a, Ints b) { return _mm256_unpackhi_epi32(a, b); }
    static Ints low64(Ints a, Ints b) { return _mm256_unpacklo_epi64(a, b); }
    static Ints high64(Ints a, Ints b) { return _mm256_unpackhi_epi64(a, b); }
    /// Of load(i) and load(i + 4), 32 bytes each: the first halves, a lane each, and the second ones.
    template <class Load>
    static void loadHalves(const Load &load, int i, Ints &first, Ints &second)
    {
        const __m256i a = load(i);
        const __m256i b = load(i + 4);
        first = _mm256_permute2x128_si256(a, b, 0x20);
        second = _mm256_permute2x128_si256(a, b, 0x31);
    }
    /// load(i) and load(i + 4), 16 bytes each, a lane each.
    template <class Load>
    static Ints loadLanes(const Load &load, int i)
    {
        return joinHalves(load(i), load(i + 4));
    }
};

} // namespace
} // namespace conclave::kernels
