#include "kernels/cpu/quant_kernels.h"

#include "kernels/cpu/quant_x86_blocks.inl"

/// Integer dot products with AVX-512 VNNI, whose products want one operand unsigned.
namespace conclave::kernels
{

namespace
{

/// One vector holds 64 bytes, 32 pairs or sixteen floats.
struct Lanes
{
    using Ints = __m512i;
    using Floats = __m512;
    static constexpr int kFloats = 16;
    static constexpr int kParts = 2; ///< of 32 bytes

    /// Offset that `dot` leaves in its results: signed weights become unsigned by 128.
    static constexpr int offset(int stored) { return stored == kSigned ? 128 : stored; }

    static __mmask16 firstLanes(int n) { return static_cast<__mmask16>((1U << n) - 1U); }
    static Ints zero() { return _mm512_setzero_si512(); }
    static Ints join(__m256i first, __m256i second) { return _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1); }
    static Ints loadBytes(const void *p) { return _mm512_loadu_si512(p); }
    static Ints loadPart(const void *p) { return join(load32(p), _mm256_setzero_si256()); }
    static Ints loadFirstInts(const void *p, int n) { return _mm512_maskz_loadu_epi32(firstLanes(n), p); }
    static Floats all(float x) { return _mm512_set1_ps(x); }
    static Floats load(const float *p) { return _mm512_loadu_ps(p); }
    static Floats loadFirst(const float *p, int n) { return _mm512_maskz_loadu_ps(firstLanes(n), p); }
    static Floats multiply(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
    static Floats fma(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
    static Floats toFloats(Ints v) { return _mm512_cvtepi32_ps(v); }
    static Floats subtractLow(Floats a, __m256 b) { return _mm512_sub_ps(a, _mm512_insertf32x8(_mm512_setzero_ps(), b, 0)); }
    static float sum(Floats v) { return _mm512_reduce_add_ps(v); }

    /// The first four bytes of each of `count` blocks, the rest 0.
    static Ints gather(const void *blocks, int size, int count)
    {
        const __m512i lanes = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        const __m512i offsets = _mm512_mullo_epi32(lanes, _mm512_set1_epi32(size));
        return _mm512_mask_i32gather_epi32(zero(), firstLanes(count), offsets, blocks, 1);
    }
    static Floats lowHalves(Ints v) { return _mm512_cvtph_ps(_mm512_cvtepi32_epi16(v)); }
    static Floats highHalves(Ints v) { return lowHalves(_mm512_srli_epi32(v, 16)); }
    static Floats powersOfTwo(Ints v)
    {
        const __m512i e = _mm512_and_si512(v, _mm512_set1_epi32(255));
        const __m512i normal = _mm512_slli_epi32(_mm512_sub_epi32(e, _mm512_set1_epi32(1)), 23);
        const __mmask16 small = _mm512_cmplt_epi32_mask(e, _mm512_set1_epi32(2));
        return _mm512_castsi512_ps(_mm512_mask_sllv_epi32(normal, small, _mm512_set1_epi32(0x00200000), e));
    }

    /// Sums of two neighbours of 16 bits.
    static Ints addPairs(Ints words) { return _mm512_madd_epi16(words, _mm512_set1_epi16(1)); }
    /// Weights are at most 128 and |q| <= 127, so that no sum reaches 2^15.
    template <int offset>
    static Ints pairs(Ints w, Ints q)
    {
        if constexpr (offset == kSigned)
            return _mm512_maddubs_epi16(_mm512_abs_epi8(w), _mm512_mask_sub_epi8(q, _mm512_movepi8_mask(w), zero(), q));
        return _mm512_maddubs_epi16(w, q);
    }
    template <int offset>
    static Ints dot(Ints w, Ints q)
    {
        return _mm512_dpbusd_epi32(zero(), offset == kSigned ? _mm512_xor_si512(w, _mm512_set1_epi8(-128)) : w, q);
    }
    static Ints addProducts(Ints sum, Ints words, Ints scale) { return _mm512_dpwssd_epi32(sum, words, scale); }

    /// Scales 4 i .. 4 i + 3, each in eight words.
    template <int i>
    static Ints scalesOf(__m256i sixteen)
    {
        const __m512i ramp = _mm512_setr_epi64(0, 0, 0x0001000100010001, 0x0001000100010001, 0x0002000200020002, 0x0002000200020002,
                                               0x0003000300030003, 0x0003000300030003);
        return _mm512_permutexvar_epi16(_mm512_add_epi16(ramp, _mm512_set1_epi16(4 * i)), _mm512_castsi256_si512(sixteen));
    }
    /// Block i's value in the first eight lanes, block i + 1's in the others.
    static Floats spread(Floats v, int i)
    {
        const __m512i index = join(_mm256_set1_epi32(i), _mm256_set1_epi32(i + 1));
        return _mm512_permutexvar_ps(index, v);
    }
};

} // namespace
} // namespace conclave::kernels

#include "kernels/cpu/quant_x86_dot.inl"

namespace conclave::kernels
{

void dotQuantisedAvx512(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x,
                        std::int64_t tokens, std::int64_t m, float *out, std::int64_t outStride)
{
    dotQuantised(type, w, wStride, rows, x, tokens, m, out, outStride);
}

void unpackRowAvx512(DType type, const std::byte *row, std::int64_t m, int group, std::int8_t *q, float *d, float *min)
{
    unpackRow(type, row, m, group, q, d, min);
}

} // namespace conclave::kernels
