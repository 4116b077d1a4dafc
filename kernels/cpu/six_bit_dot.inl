// One token against rows of Q4_K and Q5_K, AVX-512 with VNNI: as dotWide of quant_x86_dot.inl, but the heads of up to four blocks (two
// factors, sixteen scales and mins in six bits) are taken apart at a time, a lane each. One by one they cost nearly as much as the
// products, and a decode step reads each weight for one token only. Included by quant_avx512.cpp; everything is local to it.

namespace conclave::kernels
{
namespace
{

/// The heads of `count` blocks, a lane each; the other lanes are 0.
template <class Block, int count>
struct SixBitHeads
{
    static_assert(offsetof(Block, dmin) == 2 && offsetof(Block, scales) == 4);
    __m512i sixBits; ///< of each lane bytes 0 .. 7: scales of the groups of 32, 8 .. 15: mins
    __m512i factors; ///< floats 2 k, 2 k + 1: d and dmin of block k

    explicit SixBitHeads(const Block *blocks)
    {
        const auto head = [&](int k) { return k < count ? load16(blocks + k) : _mm_setzero_si128(); };
        const __m512i heads = LanesAvx512::join(joinHalves(head(0), head(1)), joinHalves(head(2), head(3)));
        const auto inLanes = [](__m128i bytes) { return _mm512_broadcast_i32x4(bytes); };
        const __m512i lower = _mm512_shuffle_epi8(heads, inLanes(_mm_setr_epi8(4, 5, 6, 7, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)));
        const __m512i upper = _mm512_shuffle_epi8(heads, inLanes(_mm_setr_epi8(-1, -1, -1, -1, 4, 5, 6, 7, -1, -1, -1, -1, 8, 9, 10, 11)));
        const __m512i lowerBits = _mm512_and_si512(_mm512_srlv_epi32(lower, inLanes(_mm_setr_epi32(0, 0, 0, 4))),
                                                   inLanes(_mm_setr_epi32(0x3F3F3F3F, 0x0F0F0F0F, 0x3F3F3F3F, 0x0F0F0F0F)));
        sixBits = _mm512_or_si512(lowerBits, _mm512_and_si512(_mm512_srli_epi16(upper, 2), _mm512_set1_epi8(0x30)));
        const __m512i first = _mm512_permutexvar_epi32(_mm512_setr_epi32(0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), heads);
        factors = _mm512_castps_si512(_mm512_cvtph_ps(_mm512_castsi512_si256(first)));
    }
    /// The scales of groups 2 part and 2 part + 1 of block k, each in sixteen words.
    template <int k, int part>
    __m512i scales() const
    {
        constexpr int kWord = 0x80000000 | 0x8000; // the high bytes: 0
        const __m512i words = LanesAvx512::join(_mm256_set1_epi32(kWord | (2 * part) << 16 | 2 * part),
                                                _mm256_set1_epi32(kWord | (2 * part + 1) << 16 | (2 * part + 1)));
        return _mm512_shuffle_epi8(_mm512_shuffle_i64x2(sixBits, sixBits, k * 0x55), words);
    }
    /// The mins of blocks 2 pair and 2 pair + 1.
    template <int pair>
    __m512 mins() const
    {
        const __m512i both = _mm512_permutexvar_epi64(_mm512_set1_epi64(4 * pair + 1), sixBits);
        const __m512i other = _mm512_permutexvar_epi64(_mm512_set1_epi64(4 * pair + 3), sixBits);
        const __m128i bytes = _mm_unpacklo_epi64(_mm512_castsi512_si128(both), _mm512_castsi512_si128(other));
        return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes));
    }
};

/// The values of groups 2 part and 2 part + 1.
template <int part>
__m512i valuesOf(const BlockQ4_K &block)
{
    constexpr long long four = LanesAvx512::kFour;
    return LanesAvx512::nibblesIn(_mm512_broadcast_i64x4(load32(block.q + part * 32)),
                                  _mm512_setr_epi64(0, 0, 0, 0, four, four, four, four));
}
template <int part>
__m512i valuesOf(const BlockQ5_K &block)
{
    constexpr long long four = LanesAvx512::kFour;
    const __m512i low =
        LanesAvx512::nibblesIn(_mm512_broadcast_i64x4(load32(block.q + part * 32)), _mm512_setr_epi64(0, 0, 0, 0, four, four, four, four));
    const __m512i planes = _mm512_broadcast_i64x4(load32(block.qh)); // bit g of a byte belongs to group g
    const __m512i bit = LanesAvx512::join(_mm256_set1_epi8(1 << (2 * part)), _mm256_set1_epi8(static_cast<char>(2 << (2 * part))));
    return _mm512_mask_add_epi8(low, _mm512_test_epi8_mask(planes, bit), low, _mm512_set1_epi8(16));
}

/// Adds the products of `count` neighbouring blocks to `acc`. The token's blocks begin with number `first`.
template <class Block, int count>
__m512 addSixBits(const Block *blocks, const QuantisedToken &x, std::int64_t first, __m512 acc)
{
    fetchAhead(blocks, sizeof(Block) * count);
    const SixBitHeads<Block, count> heads(blocks);
    const __mmask8 present = static_cast<__mmask8>((1U << count) - 1U);
    const __m512 tokens = _mm512_castps128_ps512(_mm_maskz_loadu_ps(present, x.d + first));
    const __m512i twice = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m512 factors = _mm512_mul_ps(_mm512_castsi512_ps(heads.factors), _mm512_permutexvar_ps(twice, tokens));
    unrolled<count>([&](auto block) {
        constexpr int k = decltype(block)::value;
        __m512i sum = _mm512_setzero_si512();
        unrolled<4>([&](auto step) {
            constexpr int part = decltype(step)::value;
            const __m512i q = _mm512_loadu_si512(x.q + (first + k) * 256 + part * 64);
            const __m512i pairs = _mm512_maddubs_epi16(valuesOf<part>(blocks[k]), q);
            sum = _mm512_dpwssd_epi32(sum, pairs, heads.template scales<k, part>());
        });
        acc = _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), _mm512_permutexvar_ps(_mm512_set1_epi32(2 * k), factors), acc);
    });
    unrolled<(count + 1) / 2>([&](auto index) {
        constexpr int pair = decltype(index)::value;
        constexpr bool both = 2 * pair + 1 < count;
        const __m512 sums =
            _mm512_maskz_loadu_ps(both ? 0xFFFF : 0x00FF, x.corrections + (first + 2 * pair) * 8); // of the token, as floats
        const __m512i which = LanesAvx512::join(_mm256_set1_epi32(4 * pair + 1), _mm256_set1_epi32(4 * pair + 3));
        acc = _mm512_fnmadd_ps(_mm512_mul_ps(heads.template mins<pair>(), _mm512_permutexvar_ps(which, factors)), sums, acc);
    });
    return acc;
}

template <class Block>
CONCLAVE_FLAT float dotSixBits(const std::byte *weights, const QuantisedToken &x, std::int64_t m)
{
    const auto *row = reinterpret_cast<const Block *>(weights);
    const std::int64_t blocks = m / 256;
    __m512 acc = _mm512_setzero_ps();
    std::int64_t b = 0;
    for (; b + 4 <= blocks; b += 4)
        acc = addSixBits<Block, 4>(row + b, x, b, acc);
    switch (blocks - b) {
    case 3:
        acc = addSixBits<Block, 3>(row + b, x, b, acc);
        break;
    case 2:
        acc = addSixBits<Block, 2>(row + b, x, b, acc);
        break;
    case 1:
        acc = addSixBits<Block, 1>(row + b, x, b, acc);
        break;
    default:
        break;
    }
    return _mm512_reduce_add_ps(acc);
}

/// As dotQuantised, of one token; false for other types. Needs the token's corrections.
bool dotSixBitRows(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken &x, std::int64_t m,
                   float *out)
{
    if (type != DType::kQ4_K && type != DType::kQ5_K)
        return false;
    for (std::int64_t r = 0; r < rows; ++r) {
        const std::byte *row = w + static_cast<std::size_t>(r) * wStride;
        out[r] = type == DType::kQ4_K ? dotSixBits<BlockQ4_K>(row, x, m) : dotSixBits<BlockQ5_K>(row, x, m);
    }
    return true;
}

} // namespace
} // namespace conclave::kernels
