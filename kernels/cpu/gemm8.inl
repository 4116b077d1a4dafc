// The 8-bit matrix product for many tokens, written on `Lanes`, the level's vectors; included by gemm8_*.cpp after they define them. A
// vector holds four bytes of each of eight or sixteen weight rows, a token's four bytes go to all lanes: so tokens need no packing and no
// padding, and a token's outputs lie side by side. Sums of a group's products become floats once a group. With VNNI they start at what the
// weights' offset takes off. Without, products of unsigned with signed bytes come as 16-bit sums of pairs, of which as many steps are added
// up as cannot overflow before they are widened. Everything is local to the including file.

namespace conclave::kernels
{
namespace
{

using Floats = Lanes::Floats;

constexpr int kVectors = 2; ///< of weight rows in registers at a time
constexpr int kPartRows = kVectors * Lanes::kFloats;

template <class T, class = void>
struct Layout
{
    static constexpr bool kWide = false;
    static constexpr int kGroup = 32;
};
template <class T>
struct Layout<T, std::void_t<decltype(T::kScaleGroup)>>
{
    static constexpr bool kWide = true;
    static constexpr int kGroup = T::kScaleGroup;
};

/// Steps of four values whose products, 127 times `largest` at most, can be summed in 16 bits.
constexpr int stepsInWords(int largest, int group)
{
    int steps = group / 4;
    while (steps > 1 && steps * 2 * 127 * largest > 32767)
        steps /= 2;
    return steps;
}

/// What a type's sums look like.
template <int groupLength, bool wideBlocks, bool withMin, int stepsInWords, bool isSigned>
struct Kind
{
    static constexpr int kGroup = groupLength;
    static constexpr bool kWide = wideBlocks; ///< tokens have a scale for 256 values, not 32
    static constexpr bool kMin = withMin;     ///< corrections are floats that go with the mins, not integers
    static constexpr int kSteps = stepsInWords;
    static constexpr int kOffset = isSigned ? kSigned : 0;
    static constexpr int kTokens = Lanes::kSumsWords && kSteps < 4 ? 4 : 6; ///< in registers at a time
};
template <class T>
using KindOf = Kind<Layout<T>::kGroup, Layout<T>::kWide, T::kHasMin,
                    Lanes::kSumsWords ? stepsInWords(kPanelLargest<T>, Layout<T>::kGroup) : 1, kStaysSigned<T>>;

// sum[t][v] = the products of group g, which begins at value k, with the weights at w, less what is due for the weights' offset. `L` is
// Lanes: not every level has what each of these needs.

constexpr int kStepBytes = 4 * kPanelRows8;
constexpr int kVectorBytes = 4 * Lanes::kFloats;

/// Products go to 32-bit sums at once.
template <class L, class K, int N>
inline void sumDots(const QuantisedToken *x, std::int64_t g, std::int64_t k, const std::uint8_t *w, Ints (&sum)[N][kVectors])
{
    for (int t = 0; t < N; ++t)
        for (int v = 0; v < kVectors; ++v)
            sum[t][v] = K::kMin ? L::zero() : L::allInts(x[t].corrections[g]);
#pragma GCC unroll 8
    for (int step = 0; step < K::kGroup / 4; ++step) {
        Ints weights[kVectors];
        for (int v = 0; v < kVectors; ++v)
            weights[v] = L::loadBytes(w + step * kStepBytes + v * kVectorBytes);
        for (int t = 0; t < N; ++t) {
            const Ints four = load4(x[t].q + k + step * 4);
            for (int v = 0; v < kVectors; ++v)
                sum[t][v] = L::addDots(sum[t][v], weights[v], four);
        }
    }
}

/// Many steps in 16 bits: these sums stay in registers.
template <class L, class K, int N>
inline void sumLongWords(const QuantisedToken *x, std::int64_t k, const std::uint8_t *w, Ints (&sum)[N][kVectors])
{
#pragma GCC unroll 2
    for (int first = 0; first < K::kGroup / 4; first += K::kSteps) {
        Ints words[N][kVectors] = {};
#pragma GCC unroll 8
        for (int step = first; step < first + K::kSteps; ++step) {
            Ints weights[kVectors];
            for (int v = 0; v < kVectors; ++v)
                weights[v] = L::loadBytes(w + step * kStepBytes + v * kVectorBytes);
            for (int t = 0; t < N; ++t) {
                const Ints four = load4(x[t].q + k + step * 4);
                for (int v = 0; v < kVectors; ++v) {
                    const Ints products = L::template pairs<K::kOffset>(weights[v], four);
                    words[t][v] = step == first ? products : L::addWords(words[t][v], products);
                }
            }
        }
        for (int t = 0; t < N; ++t)
            for (int v = 0; v < kVectors; ++v)
                sum[t][v] = first == 0 ? L::addPairs(words[t][v]) : L::addInts(sum[t][v], L::addPairs(words[t][v]));
    }
}

/// One or two steps in 16 bits: the sums of 32 bits stay in registers.
template <class L, class K, int N>
inline void sumShortWords(const QuantisedToken *x, std::int64_t k, const std::uint8_t *w, Ints (&sum)[N][kVectors])
{
    for (int t = 0; t < N; ++t)
        for (int v = 0; v < kVectors; ++v)
            sum[t][v] = L::zero();
#pragma GCC unroll 8
    for (int first = 0; first < K::kGroup / 4; first += K::kSteps) {
        Ints weights[K::kSteps][kVectors];
        for (int step = 0; step < K::kSteps; ++step)
            for (int v = 0; v < kVectors; ++v)
                weights[step][v] = L::loadBytes(w + (first + step) * kStepBytes + v * kVectorBytes);
        for (int t = 0; t < N; ++t)
            for (int v = 0; v < kVectors; ++v) {
                Ints words = L::template pairs<K::kOffset>(weights[0][v], load4(x[t].q + k + first * 4));
                if constexpr (K::kSteps == 2)
                    words = L::addWords(words, L::template pairs<K::kOffset>(weights[1][v], load4(x[t].q + k + first * 4 + 4)));
                sum[t][v] = L::addInts(sum[t][v], L::addPairs(words));
            }
    }
}

template <class L, class K, int N>
inline void sumGroup(const QuantisedToken *x, std::int64_t g, std::int64_t k, const std::uint8_t *w, Ints (&sum)[N][kVectors])
{
    if constexpr (!L::kSumsWords)
        sumDots<L, K>(x, g, k, w, sum);
    else {
        if constexpr (K::kSteps < 4)
            sumShortWords<L, K>(x, k, w, sum);
        else
            sumLongWords<L, K>(x, k, w, sum);
        for (int t = 0; t < N && !K::kMin && K::kOffset != kSigned; ++t)
            for (int v = 0; v < kVectors; ++v)
                sum[t][v] = L::addInts(sum[t][v], L::allInts(x[t].corrections[g]));
    }
}

/// N tokens against kPartRows rows of a panel.
template <class K, int N>
void tile8(const RowPanel8 &panel, int firstRow, const QuantisedToken *x, std::int64_t m, float *const *out)
{
    constexpr int kGroups = K::kWide ? 256 / K::kGroup : 1; ///< that share a token's scale
    alignas(64) float acc[N][kVectors][Lanes::kFloats] = {};
    const std::uint8_t *w = panel.q + firstRow * 4;
    const float *d = panel.d + firstRow;
    const float *min = panel.min + firstRow;
    std::int64_t k = 0;
    std::int64_t g = 0;
    for (std::int64_t block = 0; k < m; ++block) {
        Floats inner[N][kVectors];
        for (int t = 0; t < N; ++t)
            for (int v = 0; v < kVectors; ++v)
                inner[t][v] = Lanes::all(0.0F);
        for (int i = 0; i < kGroups; ++i, ++g, k += K::kGroup, w += K::kGroup * kPanelRows8, d += kPanelRows8) {
            Ints sum[N][kVectors] = {};
            sumGroup<Lanes, K>(x, g, k, w, sum);
            for (int v = 0; v < kVectors; ++v) {
                const Floats scale = Lanes::load(d + v * Lanes::kFloats);
                for (int t = 0; t < N; ++t)
                    inner[t][v] = Lanes::fma(Lanes::toFloats(sum[t][v]), scale, inner[t][v]);
            }
            if constexpr (K::kMin) {
                for (int v = 0; v < kVectors; ++v) {
                    const Floats least = Lanes::load(min + v * Lanes::kFloats);
                    for (int t = 0; t < N; ++t)
                        inner[t][v] = Lanes::fma(least, Lanes::all(asFloat(x[t].corrections[g])), inner[t][v]);
                }
                min += kPanelRows8;
            }
        }
        for (int t = 0; t < N; ++t) {
            const Floats scale = Lanes::all(x[t].d[block]);
            for (int v = 0; v < kVectors; ++v)
                Lanes::store(acc[t][v], Lanes::fma(inner[t][v], scale, Lanes::load(acc[t][v])));
        }
    }
    for (int t = 0; t < N; ++t)
        for (int v = 0; v < kVectors; ++v)
            Lanes::store(out[t] + firstRow + v * Lanes::kFloats, Lanes::load(acc[t][v]));
}

template <class K, int N = K::kTokens>
void tileOf(std::int64_t tokens, const RowPanel8 &panel, int firstRow, const QuantisedToken *x, std::int64_t m, float *const *out)
{
    if constexpr (N > 0) {
        if (tokens == N)
            tile8<K, N>(panel, firstRow, x, m, out);
        else
            tileOf<K, N - 1>(tokens, panel, firstRow, x, m, out);
    }
}

template <class K>
void gemmOf(const RowPanel8 &panel, const QuantisedToken *x, std::int64_t tokens, std::int64_t m, float *const *out)
{
    const std::int64_t tiles = (tokens + K::kTokens - 1) / K::kTokens;
    for (int firstRow = 0; firstRow < kPanelRows8; firstRow += kPartRows)
        for (std::int64_t i = 0; i < tiles; ++i) { // of nearly the same size
            const std::int64_t first = tokens * i / tiles;
            tileOf<K>(tokens * (i + 1) / tiles - first, panel, firstRow, x + first, m, out + first);
        }
}

void gemm8(const RowPanel8 &panel, const QuantisedToken *x, std::int64_t tokens, std::int64_t m, float *const *out)
{
    const auto take = [&](auto tag) { gemmOf<KindOf<typename decltype(tag)::Type>>(panel, x, tokens, m, out); };
    forType(panel.type, take, take);
}

} // namespace
} // namespace conclave::kernels
