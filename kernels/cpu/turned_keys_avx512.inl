// Scores of few rows against sixteen keys at a time, which are turned in registers: lane i is key i. Included by float_avx512.cpp after
// attention_kernels.inl.

#include <algorithm>

namespace conclave::kernels
{
namespace
{

constexpr int kKeysAtOnce = 16;
constexpr int kTurnedBytes = 32;      ///< of each key, turned at once
constexpr std::int64_t kMostTurnedRows = 16; ///< with more, a panel pays

/// Lane i of columns[j] holds bytes 4j .. 4j + 3 from `offset` of key i.
[[gnu::always_inline]] inline void turnKeys(const std::byte *const *keys, std::size_t offset, __m512i (&columns)[8])
{
    const auto load = [&](int i) { return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(keys[i] + offset)); };
    __m512i group[2][4]; // columns c and 4 + c of eight keys each
    for (int g = 0; g < 2; ++g) {
        __m512i two[4]; // keys 8g + i and 8g + 4 + i
        for (int i = 0; i < 4; ++i)
            two[i] = _mm512_inserti64x4(_mm512_castsi256_si512(load(8 * g + i)), load(8 * g + 4 + i), 1);
        const __m512i a = _mm512_unpacklo_epi32(two[0], two[1]);
        const __m512i b = _mm512_unpackhi_epi32(two[0], two[1]);
        const __m512i c = _mm512_unpacklo_epi32(two[2], two[3]);
        const __m512i d = _mm512_unpackhi_epi32(two[2], two[3]);
        group[g][0] = _mm512_unpacklo_epi64(a, c);
        group[g][1] = _mm512_unpackhi_epi64(a, c);
        group[g][2] = _mm512_unpacklo_epi64(b, d);
        group[g][3] = _mm512_unpackhi_epi64(b, d);
    }
    for (int c = 0; c < 4; ++c) {
        columns[c] = _mm512_shuffle_i32x4(group[0][c], group[1][c], 0x88);
        columns[4 + c] = _mm512_shuffle_i32x4(group[0][c], group[1][c], 0xDD);
    }
}

/// Sixteen rows: the last one again where there are no more.
void padRows(const std::byte *const *rows, std::int64_t count, const std::byte **padded)
{
    for (std::int64_t i = 0; i < kKeysAtOnce; ++i)
        padded[i] = rows[std::min(i, count - 1)];
}

/// Calls f(std::integral_constant<int, N>, first) for groups of N rows: eight at a time while there are so many, then half as many.
template <int N = 8, class F>
void forRowGroups(std::int64_t first, std::int64_t rows, const F &f)
{
    for (; first + N <= rows; first += N)
        f(std::integral_constant<int, N>(), first);
    if constexpr (N > 1)
        forRowGroups<N / 2>(first, rows, f);
}

/// `Tile` prepares N queries and multiplies sixteen keys by them.
template <class Tile>
void prepareTurned(const float *const *queries, std::int64_t rows, std::int64_t m, float *prepared)
{
    forRowGroups(0, rows,
                 [&](auto n, std::int64_t first) { Tile::template prepare<n>(queries + first, m, prepared + first * Tile::floats(m)); });
}

template <class Tile>
void scoreTurned(const std::byte *const *keys, std::int64_t count, const float *prepared, std::int64_t rows, std::int64_t m, float *out,
                 std::int64_t outStride, const RowsAhead &ahead)
{
    const std::int64_t whole = count / kKeysAtOnce * kKeysAtOnce;
    PacedFetch fetch(ahead, whole / kKeysAtOnce * Tile::steps(m) * std::max<std::int64_t>(1, rows / 8));
    forRowGroups(0, rows, [&](auto n, std::int64_t first) {
        const float *queries = prepared + first * Tile::floats(m);
        float *to = out + first * outStride;
        for (std::int64_t i = 0; i < whole; i += kKeysAtOnce)
            Tile::template dot<n>(keys + i, m, queries, to + i, outStride, fetch);
        if (whole == count)
            return;
        const std::byte *padded[kKeysAtOnce];
        padRows(keys + whole, count - whole, padded);
        float last[n * kKeysAtOnce];
        Tile::template dot<n>(padded, m, queries, last, kKeysAtOnce, fetch);
        for (int t = 0; t < n; ++t)
            std::copy_n(last + t * kKeysAtOnce, count - whole, to + t * outStride + whole);
    });
}

} // namespace
} // namespace conclave::kernels
