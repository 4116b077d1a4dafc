#pragma once

#include "kernels/cpu/quant_x86_blocks.inl"

#include <type_traits>

/// 64 bytes in an AVX-512 register, as the loops of quant_x86_dot.inl and gemm8.inl want them. The products of VNNI want one operand
/// unsigned. Only for files compiled for AVX-512; everything is local to the including file.
namespace conclave::kernels
{
namespace
{

/// Where the sixteen-bit words at byte `first` of sixteen blocks lie: in vector i of those that hold them, lane b of `mask[i]` is set when
/// block b's word does, at `index[i][b]`.
template <int blockBytes, int first>
struct WordPlaces
{
    static constexpr int kVectors = (15 * blockBytes + first + 2 + 63) / 64;
    static constexpr int kLastWords = (15 * blockBytes + first + 2 - (kVectors - 1) * 64 + 1) / 2; ///< of the last vector: no more is read
    std::uint32_t mask[kVectors] = {};
    alignas(64) std::uint16_t index[kVectors][32] = {};

    constexpr WordPlaces()
    {
        for (int b = 0; b < 16; ++b) {
            const int word = (b * blockBytes + first) / 2;
            mask[word / 32] |= 1U << b;
            index[word / 32][b] = static_cast<std::uint16_t>(word % 32);
        }
    }
};

/// One vector holds 64 bytes, 32 pairs or sixteen floats.
struct LanesAvx512
{
    using Ints = __m512i;
    using Floats = __m512;
    static constexpr int kFloats = 16;
    static constexpr int kParts = 2;                       ///< of 32 bytes
    static constexpr long long kFour = 0x0004000400040004; ///< in each word

    /// Offset that `dot` leaves in its results: signed weights become unsigned by 128.
    static constexpr int offset(int stored) { return stored == kSigned ? 128 : stored; }

    static __mmask16 firstLanes(int n) { return static_cast<__mmask16>((1U << n) - 1U); }
    static Ints zero() { return _mm512_setzero_si512(); }
    static Ints join(__m256i first, __m256i second) { return _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1); }
    /// The low nibbles of two times sixteen bytes, each followed by the high ones.
    static Ints nibblesOf(const std::uint8_t *first, const std::uint8_t *second)
    {
        const __m512i both = _mm512_castsi256_si512(joinHalves(load16(first), load16(second)));
        const __m512i doubled = _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 1, 0, 1, 2, 3, 2, 3), both);
        return nibblesIn(doubled, _mm512_setr_epi64(0, 0, kFour, kFour, 0, 0, kFour, kFour));
    }
    static Ints nibblesIn(Ints bytes, Ints shifts) { return _mm512_and_si512(_mm512_srlv_epi16(bytes, shifts), _mm512_set1_epi8(15)); }
    static Ints table(const std::int8_t *values, Ints indices)
    {
        return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(load16(values)), indices);
    }
    /// The values of two blocks.
    template <class T>
    static Ints blockBytes(const typename T::Block &first, const typename T::Block &second)
    {
        if constexpr (std::is_same_v<T, SimpleQ4_0> || std::is_same_v<T, SimpleQ4_1>)
            return nibblesOf(first.q, second.q);
        else if constexpr (std::is_same_v<T, SimpleIQ4_NL>)
            return table(kIQ4Values, nibblesOf(first.q, second.q));
        else if constexpr (std::is_same_v<T, SimpleMXFP4>)
            return table(kFP4Unsigned, nibblesOf(first.q, second.q));
        else
            return join(T::bytes(first), T::bytes(second));
    }
    /// Parts `part` and `part` + 1 of 256 values.
    template <int part, class T>
    static Ints partBytes(const T &view)
    {
        if constexpr (std::is_same_v<T, ViewQ4_K>)
            return nibblesIn(_mm512_broadcast_i64x4(load32(view.block.q + part * 16)),
                             _mm512_setr_epi64(0, 0, 0, 0, kFour, kFour, kFour, kFour));
        else if constexpr (std::is_same_v<T, ViewIQ4_XS>)
            return table(kIQ4Values, nibblesOf(view.block.q + part * 16, view.block.q + part * 16 + 16));
        else
            return join(view.template bytes<part>(), view.template bytes<part + 1>());
    }
    static Ints loadBytes(const void *p) { return _mm512_loadu_si512(p); }
    static Ints loadPart(const void *p) { return join(load32(p), _mm256_setzero_si256()); }
    static Ints loadFirstInts(const void *p, int n) { return _mm512_maskz_loadu_epi32(firstLanes(n), p); }
    static Floats all(float x) { return _mm512_set1_ps(x); }
    static Floats allFirst(__m128 v) { return _mm512_broadcastss_ps(v); }
    static Floats load(const float *p) { return _mm512_loadu_ps(p); }
    static Floats loadFirst(const float *p, int n) { return _mm512_maskz_loadu_ps(firstLanes(n), p); }
    static Floats withoutFirst(Floats v, int n) { return _mm512_maskz_mov_ps(static_cast<__mmask16>(~firstLanes(n)), v); }
    static Floats withoutSecondHalf(Floats v) { return _mm512_maskz_mov_ps(0x00FF, v); }
    /// Half a vector from each.
    static Floats loadTwo(const float *first, const float *second)
    {
        return _mm512_insertf32x8(_mm512_castps256_ps512(_mm256_loadu_ps(first)), _mm256_loadu_ps(second), 1);
    }
    static Ints loadTwoInts(const void *first, const void *second) { return join(load32(first), load32(second)); }
    static Floats multiply(Floats a, Floats b) { return _mm512_mul_ps(a, b); }
    static Floats fma(Floats a, Floats b, Floats c) { return _mm512_fmadd_ps(a, b, c); }
    static Floats toFloats(Ints v) { return _mm512_cvtepi32_ps(v); }
    static Floats subtractLow(Floats a, __m256 b) { return _mm512_sub_ps(a, _mm512_insertf32x8(_mm512_setzero_ps(), b, 0)); }
    static float sum(Floats v) { return _mm512_reduce_add_ps(v); }

    /// The word at byte `first` of each of sixteen blocks.
    template <int blockBytes, int first>
    static __m256i words(const void *blocks)
    {
        using Places = WordPlaces<blockBytes, first>;
        static constexpr Places kPlaces;
        __m512i found = zero();
        for (int i = 0; i < Places::kVectors; ++i) {
            const auto *at = static_cast<const std::byte *>(blocks) + i * 64;
            const __mmask32 present = i + 1 < Places::kVectors || Places::kLastWords == 32 ? ~0U : (1U << Places::kLastWords % 32) - 1U;
            found =
                _mm512_mask_permutexvar_epi16(found, kPlaces.mask[i], loadBytes(kPlaces.index[i]), _mm512_maskz_loadu_epi16(present, at));
        }
        return _mm512_castsi512_si256(found);
    }
    /// The scales of sixteen blocks, or of the first `count`, 0 beyond.
    template <class T, bool whole>
    static Floats scales(const typename T::Block *row, int count)
    {
        constexpr int kBytes = sizeof(typename T::Block);
        if constexpr (T::kHead == Head::kExponent) {
            static_assert(kBytes % 2 == 1, "a word's high byte is the exponent of every other block");
            __m512i e;
            if constexpr (whole) {
                const __m512i words32 = _mm512_cvtepu16_epi32(words<kBytes, 0>(row));
                e = _mm512_srlv_epi32(words32, _mm512_setr_epi32(0, 8, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8));
            } else
                e = gather(row, kBytes, count);
            return powersOfTwo(e);
        } else if constexpr (whole)
            return _mm512_cvtph_ps(words<kBytes, 0>(row));
        else
            return lowHalves(gather(row, kBytes, count));
    }
    template <class T, bool whole>
    static Floats mins(const typename T::Block *row, int count)
    {
        constexpr int kBytes = sizeof(typename T::Block);
        if constexpr (whole)
            return _mm512_cvtph_ps(words<kBytes, 2>(row));
        else
            return highHalves(gather(row, kBytes, count));
    }
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
    template <int offset>
    static Ints dots(Ints w1, Ints q1, Ints w2, Ints q2)
    {
        return _mm512_dpbusd_epi32(dot<offset>(w1, q1), offset == kSigned ? _mm512_xor_si512(w2, _mm512_set1_epi8(-128)) : w2, q2);
    }
    static Ints addProducts(Ints sum, Ints words, Ints scale) { return _mm512_dpwssd_epi32(sum, words, scale); }

    /// Scales 4 i .. 4 i + 3, each in eight words.
    template <int i>
    static Ints scalesOf(__m256i sixteen)
    {
        const __m512i both = _mm512_castsi256_si512(sixteen);
        const __m512i eight = _mm512_shuffle_i64x2(both, both, i < 2 ? 0x00 : 0x55);
        constexpr int first = (i % 2 * 8) * 0x0101 + 0x0100; // the bytes of a word
        const __m512i lanes = _mm512_set_epi32(0x06060606, 0x06060606, 0x06060606, 0x06060606, 0x04040404, 0x04040404, 0x04040404,
                                               0x04040404, 0x02020202, 0x02020202, 0x02020202, 0x02020202, 0, 0, 0, 0);
        return _mm512_shuffle_epi8(eight, _mm512_add_epi32(lanes, _mm512_set1_epi32(first * 0x00010001)));
    }
    /// Block i's value in the first eight lanes, block i + 1's in the others.
    static Floats spread(Floats v, int i)
    {
        const __m512i index = join(_mm256_set1_epi32(i), _mm256_set1_epi32(i + 1));
        return _mm512_permutexvar_ps(index, v);
    }

    // ---- Blocks of nibbles side by side, sixteen bytes of each ----
    static Ints evenQuarters(Ints a, Ints b) { return _mm512_shuffle_i32x4(a, b, 0x88); }
    static Ints oddQuarters(Ints a, Ints b) { return _mm512_shuffle_i32x4(a, b, 0xDD); }
    /// The values of blocks i .. i + 3, a quarter each.
    static Floats spreadToQuarters(Floats v, int i)
    {
        const __m512i quarters = _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
        return _mm512_permutexvar_ps(_mm512_add_epi32(quarters, _mm512_set1_epi32(i)), v);
    }

    // ---- Rows side by side: see gemm8.inl ----
    static Ints allInts(std::int32_t x) { return _mm512_set1_epi32(x); }
    static Ints allBytes(int x) { return _mm512_set1_epi8(static_cast<char>(x)); }
    static Ints addBytes(Ints a, Ints b) { return _mm512_add_epi8(a, b); }
    static Ints either(Ints a, Ints b) { return _mm512_or_si512(a, b); }
    static Ints shiftLeft(Ints words, int n) { return _mm512_slli_epi16(words, static_cast<unsigned>(n)); }
    static Ints bits(Ints v, int shift, int mask)
    {
        return _mm512_and_si512(_mm512_srli_epi16(v, static_cast<unsigned>(shift)), allBytes(mask));
    }
    static void storeBytes(void *p, Ints v) { _mm512_storeu_si512(p, v); }
    static void store(float *p, Floats v) { _mm512_storeu_ps(p, v); }
    static void storeFirst(float *p, Floats v, std::int64_t n)
    {
        _mm512_mask_storeu_ps(p, n < kFloats ? firstLanes(static_cast<int>(n)) : firstLanes(kFloats), v);
    }
    /// Byte i of each dword.
    template <int i>
    static Ints unsignedByte(Ints v)
    {
        return _mm512_and_si512(_mm512_srli_epi32(v, 8 * i), _mm512_set1_epi32(255));
    }
    template <int i>
    static Ints signedByte(Ints v)
    {
        return _mm512_srai_epi32(_mm512_slli_epi32(v, 24 - 8 * i), 24);
    }
    static Ints low32(Ints a, Ints b) { return _mm512_unpacklo_epi32(a, b); }
    static Ints high32(Ints a, Ints b) { return _mm512_unpackhi_epi32(a, b); }
    static Ints low64(Ints a, Ints b) { return _mm512_unpacklo_epi64(a, b); }
    static Ints high64(Ints a, Ints b) { return _mm512_unpackhi_epi64(a, b); }
    /// Of load(i), load(i + 4), load(i + 8) and load(i + 12), 32 bytes each: the first halves, a lane each, and the second ones.
    template <class Load>
    static void loadHalves(const Load &load, int i, Ints &first, Ints &second)
    {
        const __m512i a = join(load(i), load(i + 4));
        const __m512i b = join(load(i + 8), load(i + 12));
        first = _mm512_shuffle_i64x2(a, b, 0x88);
        second = _mm512_shuffle_i64x2(a, b, 0xDD);
    }
    /// load(i), load(i + 4), load(i + 8) and load(i + 12), 16 bytes each, a lane each.
    template <class Load>
    static Ints loadLanes(const Load &load, int i)
    {
        return join(joinHalves(load(i), load(i + 4)), joinHalves(load(i + 8), load(i + 12)));
    }
    static Ints toBits(Floats v) { return _mm512_castps_si512(v); }
    static Floats fromBits(Ints v) { return _mm512_castsi512_ps(v); }
    /// first .. fourth: the quarters of a, b, c and d that have the same place, a lane each.
    static void transposeQuarters(Ints a, Ints b, Ints c, Ints d, Ints &first, Ints &second, Ints &third, Ints &fourth)
    {
        const __m512i lowAB = _mm512_shuffle_i64x2(a, b, 0x44);
        const __m512i lowCD = _mm512_shuffle_i64x2(c, d, 0x44);
        const __m512i highAB = _mm512_shuffle_i64x2(a, b, 0xEE);
        const __m512i highCD = _mm512_shuffle_i64x2(c, d, 0xEE);
        first = _mm512_shuffle_i64x2(lowAB, lowCD, 0x88);
        second = _mm512_shuffle_i64x2(lowAB, lowCD, 0xDD);
        third = _mm512_shuffle_i64x2(highAB, highCD, 0x88);
        fourth = _mm512_shuffle_i64x2(highAB, highCD, 0xDD);
    }
    static constexpr bool kSumsWords = false;
    /// The products of each lane's four unsigned and four signed bytes are added to its sum.
    static Ints addDots(Ints sum, Ints w, Ints q) { return _mm512_dpbusd_epi32(sum, w, q); }
};

} // namespace
} // namespace conclave::kernels
