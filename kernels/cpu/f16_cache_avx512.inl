// Scores of few rows over a 16-bit cache; included by float_avx512.cpp after turned_keys_avx512.inl.

namespace conclave::kernels
{
namespace
{

struct HalfTile
{
    static constexpr int kValues = 16; ///< of each key, turned at once

    static std::int64_t floats(std::int64_t m) { return m; }
    static std::int64_t steps(std::int64_t m) { return m / kValues * 4; }

    /// prepared[k * N + t] = queries[t][k].
    template <int N>
    static void prepare(const float *const *queries, std::int64_t m, float *prepared)
    {
        for (std::int64_t k = 0; k < m; ++k)
            for (int t = 0; t < N; ++t)
                prepared[k * N + t] = queries[t][k];
    }

    /// turned[k][i] is value `first` + k of key i, for kValues values of sixteen keys.
    static void turn(const std::byte *const *keys, std::int64_t first, std::uint16_t (*turned)[kKeysAtOnce])
    {
        __m512i both[8]; // values 0 .. 7 of keys i and 8 + i, then values 8 .. 15; a lane each
        for (int i = 0; i < 8; ++i) {
            const auto load = [&](int key) { return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(keys[key] + first * 2)); };
            const __m512i keysOf = _mm512_inserti64x4(_mm512_castsi256_si512(load(i)), load(8 + i), 1);
            both[i] = _mm512_shuffle_i64x2(keysOf, keysOf, 0xD8);
        }
        __m512i pairs[8]; // lower and upper four values of two keys
        for (int i = 0; i < 8; i += 2) {
            pairs[i] = _mm512_unpacklo_epi16(both[i], both[i + 1]);
            pairs[i + 1] = _mm512_unpackhi_epi16(both[i], both[i + 1]);
        }
        for (int h = 0; h < 2; ++h) // the lower and the upper four values
            for (int l = 0; l < 2; ++l) {
                const auto fours = [&](int i) {
                    return l == 0 ? _mm512_unpacklo_epi32(pairs[i + h], pairs[i + 2 + h])
                                  : _mm512_unpackhi_epi32(pairs[i + h], pairs[i + 2 + h]);
                };
                const __m512i a = fours(0);
                const __m512i b = fours(4);
                const auto store = [&](int k, __m512i v) {
                    _mm256_store_si256(reinterpret_cast<__m256i *>(turned[k]), _mm512_castsi512_si256(v));
                    _mm256_store_si256(reinterpret_cast<__m256i *>(turned[8 + k]), _mm512_extracti64x4_epi64(v, 1));
                };
                store(4 * h + 2 * l, _mm512_unpacklo_epi64(a, b));
                store(4 * h + 2 * l + 1, _mm512_unpackhi_epi64(a, b));
            }
    }

    template <int N>
    static void dot(const std::byte *const *keys, std::int64_t m, const float *prepared, __m512 (&scores)[N], PacedFetch &fetch)
    {
        __m512 acc[N];
        for (int t = 0; t < N; ++t)
            acc[t] = _mm512_setzero_ps();
        for (std::int64_t first = 0; first < m; first += kValues) {
            alignas(64) std::uint16_t turned[kValues][kKeysAtOnce];
            turn(keys, first, turned);
            for (int k = 0; k < kValues; ++k) {
                if (k % 4 == 0)
                    fetch.step();
                const __m512 values = Vec::loadHalf(turned[k]).v;
                for (int t = 0; t < N; ++t)
                    acc[t] = _mm512_fmadd_ps(values, _mm512_set1_ps(prepared[(first + k) * N + t]), acc[t]);
            }
        }
        for (int t = 0; t < N; ++t)
            scores[t] = acc[t];
    }
};

} // namespace
} // namespace conclave::kernels
