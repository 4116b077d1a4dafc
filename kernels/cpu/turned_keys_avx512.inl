// Scores of few rows against sixteen keys at a time, which are turned in registers: lane i is key i. Included by float_avx512.cpp after
// attention_kernels.inl.

namespace conclave::kernels
{
namespace
{

constexpr int kKeysAtOnce = 16;
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
        padded[i] = rows[lesser(i, count - 1)];
}

/// Calls f(std::integral_constant<int, N>, first, count) for groups of `count` rows: N are computed, 8, 4, 2 or 1, since turning the keys
/// once more takes longer than a row that nobody wants.
template <class F>
void forRowGroups(std::int64_t rows, const F &f)
{
    for (std::int64_t first = 0; first < rows; first += 8) {
        const std::int64_t count = lesser(rows - first, 8);
        if (count > 4)
            f(std::integral_constant<int, 8>(), first, count);
        else if (count > 2)
            f(std::integral_constant<int, 4>(), first, count);
        else if (count == 2)
            f(std::integral_constant<int, 2>(), first, count);
        else
            f(std::integral_constant<int, 1>(), first, count);
    }
}

/// `Tile` prepares N queries and multiplies sixteen keys by them.
template <class Tile>
void prepareTurned(const float *const *queries, std::int64_t rows, std::int64_t m, float *prepared)
{
    forRowGroups(rows, [&](auto n, std::int64_t first, std::int64_t count) {
        const float *group[n];
        for (std::int64_t t = 0; t < n; ++t)
            group[t] = queries[first + lesser(t, count - 1)];
        Tile::template prepare<n>(group, m, prepared + first * Tile::floats(m));
    });
}

template <class Tile>
void scoreTurned(const std::byte *const *keys, std::int64_t count, const float *prepared, std::int64_t rows, std::int64_t m, float *out,
                 std::int64_t outStride, const RowsAhead &ahead)
{
    const std::int64_t tiles = (count + kKeysAtOnce - 1) / kKeysAtOnce * ((rows + 7) / 8);
    PacedFetch fetch(ahead, tiles * Tile::steps(m));
    forRowGroups(rows, [&](auto n, std::int64_t first, std::int64_t wanted) {
        for (std::int64_t i = 0; i < count; i += kKeysAtOnce) {
            const std::byte *padded[kKeysAtOnce];
            const bool whole = i + kKeysAtOnce <= count;
            if (!whole)
                padRows(keys + i, count - i, padded);
            __m512 scores[n];
            Tile::template dot<n>(whole ? keys + i : padded, m, prepared + first * Tile::floats(m), scores, fetch);
            for (std::int64_t t = 0; t < wanted; ++t)
                Vec{scores[t]}.storeFirst(out + (first + t) * outStride + i, static_cast<int>(lesser(kKeysAtOnce, count - i)));
        }
    });
}

} // namespace
} // namespace conclave::kernels
