#pragma once

#include "kernels/cpu/lanes_avx2.h"

/// 32 bytes in an AVX register, with the products of AVX-VNNI, which want one operand unsigned. Only for files compiled for AVX-VNNI;
/// everything is local to the including file.
namespace conclave::kernels
{
namespace
{

struct LanesAvxVnni : LanesAvx2
{
    static constexpr bool kSumsWords = false;

    /// Offset that `dot` leaves in its results: signed weights become unsigned by 128.
    static constexpr int offset(int stored) { return stored == kSigned ? 128 : stored; }
    template <int offset>
    static Ints dot(Ints w, Ints q)
    {
        return addDots(zero(), offset == kSigned ? _mm256_xor_si256(w, allBytes(-128)) : w, q);
    }
    template <int offset>
    static Ints dots(Ints w1, Ints q1, Ints w2, Ints q2)
    {
        return addDots(dot<offset>(w1, q1), offset == kSigned ? _mm256_xor_si256(w2, allBytes(-128)) : w2, q2);
    }
    static Ints addProducts(Ints sum, Ints words, Ints scale) { return _mm256_dpwssd_avx_epi32(sum, words, scale); }
    /// The products of each lane's four unsigned and four signed bytes are added to its sum.
    static Ints addDots(Ints sum, Ints w, Ints q) { return _mm256_dpbusd_avx_epi32(sum, w, q); }
};

} // namespace
} // namespace conclave::kernels
