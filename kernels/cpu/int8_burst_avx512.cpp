#include "kernels/cpu/quant_kernels.h"

#include <immintrin.h>

namespace conclave::kernels
{

/// Multiply-adds of bytes from registers alone, in enough chains to keep every unit busy.
std::int64_t int8BurstAvx512()
{
    constexpr int kChains = 16;
    constexpr std::int64_t kRounds = 1 << 20;
    __m512i sums[kChains];
    for (int i = 0; i < kChains; ++i)
        sums[i] = _mm512_set1_epi32(i);
    __m512i bytes = _mm512_set1_epi8(1);
    for (std::int64_t round = 0; round < kRounds; ++round) {
        for (int i = 0; i < kChains; ++i)
            sums[i] = _mm512_dpbusd_epi32(sums[i], bytes, bytes);
        asm volatile("" : "+v"(bytes)); // not to be computed once for all rounds
    }
    __m512i total = sums[0];
    for (int i = 1; i < kChains; ++i)
        total = _mm512_add_epi32(total, sums[i]);
    const bool used = _mm512_reduce_add_epi32(total) != 0;
    return used ? kRounds * kChains * 64 * 2 : 0;
}

} // namespace conclave::kernels
