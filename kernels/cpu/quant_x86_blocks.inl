// How the blocks of each quantised type become bytes, 32 values at a time, with AVX2; written once and included by what is compiled
// for AVX2 and more. What the blocks mean: kernels/core/unpack_block.h. Everything is local to the including file.
//
// A type of 32-value blocks ("simple") has
//     bytes(block): its values as w + kOffset, unsigned and at most 128; or signed, with kOffset = kSigned
//     kLargest: the largest of those, or the largest magnitude
//     kHead, scale(block), min(block): x = scale * w + min; kHead says how the first four bytes of a block hold them
// A type of 256-value blocks is a view of one block:
//     bytes<i>(): values 32 i .. 32 i + 31, as above
//     kScaleGroup: how many values share a scale, 16 or 32
//     scales(), mins(): sixteen integers, each for 16 values; factors(): d and dmin of x = d * scale * w - dmin * min

#include "kernels/core/blocks.h"
#include "kernels/core/unpack_block.h"

#include <cstddef>
#include <cstring>
#include <immintrin.h>

namespace conclave::kernels
{
namespace
{

constexpr int kSigned = -1;

enum class Head
{
    kScale,       ///< a half
    kScaleAndMin, ///< two halves
    kExponent,    ///< a byte e: 2^(e - 128)
};

[[maybe_unused]] float halfValue(std::uint16_t h)
{
    return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(h)));
}

__m256i load32(const void *p)
{
    return _mm256_loadu_si256(static_cast<const __m256i *>(p));
}

__m128i load16(const void *p)
{
    return _mm_loadu_si128(static_cast<const __m128i *>(p));
}

__m256i joinHalves(__m128i low, __m128i high)
{
    return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
}

/// The low nibbles of sixteen bytes, then the high ones.
__m256i nibbles(const std::uint8_t *p)
{
    const __m128i bytes = load16(p);
    return _mm256_and_si256(joinHalves(bytes, _mm_srli_epi16(bytes, 4)), _mm256_set1_epi8(15));
}

/// table[i] for bytes i of 0..15.
__m256i lookUp(const std::int8_t *table, __m256i indices)
{
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(load16(table)), indices);
}

/// 32 bits as bytes of 16 and 0.
__m256i fifthBits(const std::uint8_t *p)
{
    std::uint32_t bits;
    std::memcpy(&bits, p, sizeof bits);
    const __m256i byteOf = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i each = _mm256_shuffle_epi8(_mm256_set1_epi32(static_cast<int>(bits)), byteOf);
    const __m256i bit = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201ULL));
    return _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_and_si256(each, bit), bit), _mm256_set1_epi8(16));
}

// ---- 32 values ----

template <class BlockType, int offset, int largest, Head head>
struct Simple
{
    using Block = BlockType;
    static constexpr int kOffset = offset;
    static constexpr int kLargest = largest;
    static constexpr Head kHead = head;
    static constexpr bool kHasMin = head == Head::kScaleAndMin;
    static float scale(const Block &block) { return halfValue(block.d); }
    static float min(const Block &block)
    {
        if constexpr (kHasMin)
            return halfValue(block.m);
        return 0.0F;
    }
};

struct SimpleQ8_0 : Simple<BlockQ8_0, kSigned, 128, Head::kScale>
{
    static __m256i bytes(const Block &block) { return load32(block.q); }
};

struct SimpleQ4_0 : Simple<BlockQ4_0, 8, 15, Head::kScale>
{
    static __m256i bytes(const Block &block) { return nibbles(block.q); }
};

struct SimpleQ4_1 : Simple<BlockQ4_1, 0, 15, Head::kScaleAndMin>
{
    static __m256i bytes(const Block &block) { return nibbles(block.q); }
};

struct SimpleQ5_0 : Simple<BlockQ5_0, 16, 31, Head::kScale>
{
    static __m256i bytes(const Block &block) { return _mm256_or_si256(nibbles(block.q), fifthBits(block.qh)); }
};

struct SimpleQ5_1 : Simple<BlockQ5_1, 0, 31, Head::kScaleAndMin>
{
    static __m256i bytes(const Block &block) { return _mm256_or_si256(nibbles(block.q), fifthBits(block.qh)); }
};

struct SimpleIQ4_NL : Simple<BlockIQ4_NL, kSigned, 127, Head::kScale>
{
    static __m256i bytes(const Block &block) { return lookUp(kIQ4Values, nibbles(block.q)); }
};

/// kFP4Values + 12.
constexpr std::int8_t kFP4Unsigned[16] = {12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0};

struct SimpleMXFP4 : Simple<BlockMXFP4, 12, 24, Head::kExponent>
{
    static __m256i bytes(const Block &block) { return lookUp(kFP4Unsigned, nibbles(block.q)); }
    static float scale(const Block &block)
    {
        const std::uint32_t bits = block.e < 2 ? 0x00200000U << block.e : static_cast<std::uint32_t>(block.e - 1) << 23;
        float value;
        std::memcpy(&value, &bits, sizeof value);
        return value;
    }
};

// ---- 256 values ----

template <class BlockType, int offset, int largest, int scaleGroup, bool hasMin>
struct View
{
    using Block = BlockType;
    static constexpr int kOffset = offset;
    static constexpr int kLargest = largest;
    static constexpr int kScaleGroup = scaleGroup;
    static constexpr bool kHasMin = hasMin;
    const Block &block;

    explicit View(const std::byte *at) : block(*reinterpret_cast<const Block *>(at)) {}
    /// d, dmin, 0, 0.
    __m128 factors() const
    {
        std::uint32_t halves = 0;
        std::memcpy(&halves, &block.d, kHasMin ? 4 : 2); // dmin follows d
        return _mm_cvtph_ps(_mm_cvtsi32_si128(static_cast<int>(halves)));
    }
    __m256i mins() const { return _mm256_setzero_si256(); }
};

/// The two bits of values 32 i .. 32 i + 31 in Q2_K and Q3_K.
template <int i>
__m256i twoBits(const std::uint8_t *q)
{
    return _mm256_and_si256(_mm256_srli_epi16(load32(q + i / 4 * 32), i % 4 * 2), _mm256_set1_epi8(3));
}

/// The nibbles of values 32 i .. 32 i + 31 in Q4_K and Q5_K.
template <int i>
__m256i fourBits(const std::uint8_t *q)
{
    return _mm256_and_si256(_mm256_srli_epi16(load32(q + i / 2 * 32), i % 2 * 4), _mm256_set1_epi8(15));
}

/// Bit i of each byte as bytes of 1 << place.
template <int i, int place>
__m256i bitPlane(const std::uint8_t *plane)
{
    const __m256i bytes = load32(plane);
    return _mm256_and_si256(i > place ? _mm256_srli_epi16(bytes, i > place ? i - place : 0)
                                      : _mm256_slli_epi16(bytes, i > place ? 0 : place - i),
                            _mm256_set1_epi8(1 << place));
}

struct ViewQ2_K : View<BlockQ2_K, 0, 3, 16, true>
{
    using View::View;
    template <int i>
    __m256i bytes() const
    {
        return twoBits<i>(block.q);
    }
    __m256i scales() const { return _mm256_cvtepu8_epi16(_mm_and_si128(load16(block.scales), _mm_set1_epi8(15))); }
    __m256i mins() const
    {
        return _mm256_and_si256(_mm256_srli_epi16(_mm256_cvtepu8_epi16(load16(block.scales)), 4), _mm256_set1_epi16(15));
    }
};

struct ViewQ3_K : View<BlockQ3_K, 4, 7, 16, false>
{
    using View::View;
    template <int i>
    __m256i bytes() const
    {
        return _mm256_or_si256(twoBits<i>(block.q), bitPlane<i, 2>(block.hmask));
    }
    __m256i scales() const
    {
        std::uint32_t s[3];
        std::memcpy(s, block.scales, sizeof s);
        const auto four = [&s](std::uint32_t low, int shift) {
            return static_cast<int>((low & 0x0F0F0F0FU) | (s[2] >> shift & 0x03030303U) << 4);
        };
        const __m128i bytes = _mm_setr_epi32(four(s[0], 0), four(s[1], 2), four(s[0] >> 4, 4), four(s[1] >> 4, 6));
        return _mm256_sub_epi16(_mm256_cvtepu8_epi16(bytes), _mm256_set1_epi16(32));
    }
};

/// Sixteen bytes as sixteen integers, those of one half twice each.
__m256i lowTwice(__m128i bytes)
{
    return _mm256_cvtepu8_epi16(_mm_unpacklo_epi8(bytes, bytes));
}

[[maybe_unused]] __m256i highTwice(__m128i bytes)
{
    return _mm256_cvtepu8_epi16(_mm_unpackhi_epi8(bytes, bytes));
}

/// The 6-bit scales and mins of Q4_K and Q5_K: of the twelve bytes after d and dmin, the first four have scales 0 .. 3 in their lower six
/// bits, the next four mins 0 .. 3, the last four the lower nibbles of the others; the upper bits of the others are above the first ones.
template <class BlockType, int largest>
struct ViewSixBits : View<BlockType, 0, largest, 32, true>
{
    __m128i both; ///< eight scales, eight mins

    explicit ViewSixBits(const std::byte *at) : View<BlockType, 0, largest, 32, true>(at)
    {
        static_assert(offsetof(BlockType, scales) == 4);
        const __m128i head = load16(at); // d, dmin, scales
        const __m128i lower = _mm_shuffle_epi8(head, _mm_setr_epi8(4, 5, 6, 7, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
        const __m128i upper = _mm_shuffle_epi8(head, _mm_setr_epi8(-1, -1, -1, -1, 4, 5, 6, 7, -1, -1, -1, -1, 8, 9, 10, 11));
        const __m128i lowerMask = _mm_setr_epi32(0x3F3F3F3F, 0x0F0F0F0F, 0x3F3F3F3F, 0x0F0F0F0F);
        both = _mm_or_si128(_mm_and_si128(_mm_srlv_epi32(lower, _mm_setr_epi32(0, 0, 0, 4)), lowerMask),
                            _mm_and_si128(_mm_srli_epi16(upper, 2), _mm_set1_epi8(0x30)));
    }
    __m256i scales() const { return lowTwice(both); }
    __m256i mins() const { return highTwice(both); }
};

struct ViewQ4_K : ViewSixBits<BlockQ4_K, 15>
{
    using ViewSixBits::ViewSixBits;
    template <int i>
    __m256i bytes() const
    {
        return fourBits<i>(block.q);
    }
};

struct ViewQ5_K : ViewSixBits<BlockQ5_K, 31>
{
    using ViewSixBits::ViewSixBits;
    template <int i>
    __m256i bytes() const
    {
        return _mm256_or_si256(fourBits<i>(block.q), bitPlane<i, 4>(block.qh));
    }
};

struct ViewQ6_K : View<BlockQ6_K, 32, 63, 16, false>
{
    using View::View;
    template <int i>
    __m256i bytes() const
    {
        const __m256i low = _mm256_srli_epi16(load32(block.ql + i / 4 * 64 + i % 2 * 32), i % 4 / 2 * 4);
        const __m256i high = _mm256_srli_epi16(load32(block.qh + i / 4 * 32), i % 4 * 2);
        return _mm256_or_si256(_mm256_and_si256(low, _mm256_set1_epi8(15)),
                               _mm256_slli_epi16(_mm256_and_si256(high, _mm256_set1_epi8(3)), 4));
    }
    __m256i scales() const { return _mm256_cvtepi8_epi16(load16(block.scales)); }
};

struct ViewIQ4_XS : View<BlockIQ4_XS, kSigned, 127, 32, false>
{
    using View::View;
    template <int i>
    __m256i bytes() const
    {
        return lookUp(kIQ4Values, nibbles(block.q + i * 16));
    }
    __m256i scales() const
    {
        std::uint32_t low;
        std::memcpy(&low, block.scalesLow, sizeof low);
        std::uint64_t eight = 0;
        for (int i = 0; i < 8; ++i)
            eight |= static_cast<std::uint64_t>((low >> (4 * i) & 15U) | (block.scalesHigh >> (2 * i) & 3U) << 4) << (8 * i);
        return _mm256_sub_epi16(lowTwice(_mm_cvtsi64_si128(static_cast<long long>(eight))), _mm256_set1_epi16(32));
    }
};

/// Types without code of their own here (grids, base-3 digits): core unpacks the block.
template <DType type, class BlockType, int largest, int scaleGroup>
struct ViewUnpacked
{
    using Block = BlockType;
    static constexpr int kOffset = kSigned;
    static constexpr int kLargest = largest;
    static constexpr int kScaleGroup = scaleGroup;
    static constexpr bool kHasMin = false;
    UnpackedBlock block;

    explicit ViewUnpacked(const std::byte *at) { unpackBlock(type, at, block); }
    template <int i>
    __m256i bytes() const
    {
        return load32(block.q + 32 * i);
    }
    __m256i scales() const { return load32(block.scale); }
    __m256i mins() const { return _mm256_setzero_si256(); }
    __m128 factors() const { return _mm_set_ss(block.d); }
};

/// A type as an argument.
template <class T>
struct Tag
{
    using Type = T;
};

/// Calls simple(Tag<...>) or wide(Tag<...>), by the size of the type's blocks.
template <class SimpleCase, class WideCase>
void forType(DType type, const SimpleCase &simple, const WideCase &wide)
{
    switch (type) {
    case DType::kQ8_0:
        return simple(Tag<SimpleQ8_0>{});
    case DType::kQ4_0:
        return simple(Tag<SimpleQ4_0>{});
    case DType::kQ4_1:
        return simple(Tag<SimpleQ4_1>{});
    case DType::kQ5_0:
        return simple(Tag<SimpleQ5_0>{});
    case DType::kQ5_1:
        return simple(Tag<SimpleQ5_1>{});
    case DType::kIQ4_NL:
        return simple(Tag<SimpleIQ4_NL>{});
    case DType::kMXFP4:
        return simple(Tag<SimpleMXFP4>{});
    case DType::kQ2_K:
        return wide(Tag<ViewQ2_K>{});
    case DType::kQ3_K:
        return wide(Tag<ViewQ3_K>{});
    case DType::kQ4_K:
        return wide(Tag<ViewQ4_K>{});
    case DType::kQ5_K:
        return wide(Tag<ViewQ5_K>{});
    case DType::kQ6_K:
        return wide(Tag<ViewQ6_K>{});
    case DType::kIQ4_XS:
        return wide(Tag<ViewIQ4_XS>{});
    case DType::kIQ2_XXS:
        return wide(Tag<ViewUnpacked<DType::kIQ2_XXS, BlockIQ2_XXS, 43, 32>>{});
    case DType::kIQ2_XS:
        return wide(Tag<ViewUnpacked<DType::kIQ2_XS, BlockIQ2_XS, 43, 16>>{});
    case DType::kIQ2_S:
        return wide(Tag<ViewUnpacked<DType::kIQ2_S, BlockIQ2_S, 43, 16>>{});
    case DType::kIQ3_XXS:
        return wide(Tag<ViewUnpacked<DType::kIQ3_XXS, BlockIQ3_XXS, 62, 32>>{});
    case DType::kIQ3_S:
        return wide(Tag<ViewUnpacked<DType::kIQ3_S, BlockIQ3_S, 15, 32>>{});
    case DType::kIQ1_S:
        return wide(Tag<ViewUnpacked<DType::kIQ1_S, BlockIQ1_S, 9, 32>>{});
    case DType::kIQ1_M:
        return wide(Tag<ViewUnpacked<DType::kIQ1_M, BlockIQ1_M, 9, 16>>{});
    case DType::kTQ1_0:
        return wide(Tag<ViewUnpacked<DType::kTQ1_0, BlockTQ1_0, 2, 32>>{});
    case DType::kTQ2_0:
        return wide(Tag<ViewUnpacked<DType::kTQ2_0, BlockTQ2_0, 2, 32>>{});
    case DType::kF32:
    case DType::kF16:
    case DType::kBF16:
    case DType::kI32:
        break; // not quantised: no caller passes them
    }
}

/// Calls f(Index<0>) .. f(Index<count - 1>), each with its own instantiation.
template <int i>
struct Index
{
    static constexpr int value = i;
};

template <int count, int i = 0, class F>
void unrolled(const F &f)
{
    if constexpr (i < count) {
        f(Index<i>{});
        unrolled<count, i + 1>(f);
    }
}

} // namespace
} // namespace conclave::kernels
