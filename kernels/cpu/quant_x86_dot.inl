// Integer dot products of rows of weights with few tokens, for any type in quant_x86_blocks.inl. Included by quant_*.cpp
// after they define `Lanes`, their vectors. Everything is local to the including file.
//
// Where weights are stored as w + offset, and where a type has mins, what is due is taken from the sums of the tokens' q, which are
// known: sum (w + offset) q - offset sum q.

#include "kernels/cpu/nibble_values.inl"

/// All that a function calls becomes a part of it: sums stay in registers only so, and compilers would not do it of themselves.
#ifdef __GNUC__
#define CONCLAVE_FLAT __attribute__((flatten))
#else
#define CONCLAVE_FLAT
#endif

namespace conclave::kernels
{
namespace
{

using Ints = Lanes::Ints;
using Floats = Lanes::Floats;

/// Rows are read from end to end, and hardware does not read ahead past a page: so bytes are asked for this far ahead, into the second
/// cache (measured: a tenth faster than plain reads of memory; the rows after this one lie there, or nothing that matters).
constexpr std::int64_t kAhead = 8192;

void fetchAhead(const void *at, std::size_t bytes)
{
    for (std::size_t line = 0; line < bytes; line += 64)
        _mm_prefetch(static_cast<const char *>(at) + kAhead + line, _MM_HINT_T1);
}

/// Which blocks of a row are taken together.
enum class Stretch
{
    kAll,    ///< `kFloats` of them
    kLast,   ///< a row's last `kFloats`, of which the first have been taken: whole vectors are quicker
    kFew,    ///< a row of less
    kAcross, ///< half as many at a row's end, and as many at the beginning of the next row, which lies behind it
};

/// Rows whose blocks fill vectors but for half a one (widths of 768, 1280, 1792, ..) are taken in twos: three vectors for two rows of 24
/// blocks, where each row by itself takes two, and half of one in vain.
constexpr int kHalf = Lanes::kFloats / 2;

/// Where block i of a stretch that begins at a token's block `first` meets the token.
template <Stretch stretch>
constexpr std::int64_t placeOf(std::int64_t first, int i)
{
    return stretch == Stretch::kAcross && i >= kHalf ? i - kHalf : first + i;
}
/// Which sums block i of a stretch goes to: those of the first row or of the second.
template <Stretch stretch, int N>
constexpr int sumsOf(int i)
{
    return stretch == Stretch::kAcross && i >= kHalf ? N : 0;
}

/// Products of `kFloats` blocks of nibbles, scaled by d; of kLast the first `skip` are known to be 0. A vector takes sixteen bytes of each
/// of some blocks: their low nibbles go with the first halves of the tokens' blocks, the high ones with the second.
template <class T, int N, Stretch stretch>
void addNibbles(const typename T::Block *row, const QuantisedToken *x, std::int64_t first, int skip, const Floats *d, Floats *acc)
{
    constexpr int kBlocks = Lanes::kFloats / 4;
    unrolled<4>([&](auto index) {
        constexpr int kFirst = decltype(index)::value * kBlocks;
        if (stretch == Stretch::kLast && kFirst + kBlocks <= skip)
            return;
        const Ints bytes = Lanes::loadLanes([row](int r) { return load16(row[kFirst + r / 4].q); }, 0);
        const Ints low = NibbleValues<T>::of(Lanes::bits(bytes, 0, 15));
        const Ints high = NibbleValues<T>::of(Lanes::bits(bytes, 4, 15));
        for (int t = 0; t < N; ++t) {
            const std::int8_t *q = x[t].q + placeOf<stretch>(first, kFirst) * 32;
            const Ints one = Lanes::loadBytes(q);
            const Ints two = Lanes::loadBytes(q + kBlocks * 16);
            const Ints sums = Lanes::template dots<T::kOffset>(low, Lanes::evenQuarters(one, two), high, Lanes::oddQuarters(one, two));
            Floats &sum = acc[sumsOf<stretch, N>(kFirst) + t];
            sum = Lanes::fma(Lanes::toFloats(sums), Lanes::spreadToQuarters(d[t], kFirst), sum);
        }
    });
}

/// A token's scales and sums for a stretch.
template <Stretch stretch>
Floats tokenScales(const QuantisedToken &x, std::int64_t first, int count)
{
    if constexpr (stretch == Stretch::kAcross)
        return Lanes::loadTwo(x.d + first, x.d);
    else
        return stretch == Stretch::kFew ? Lanes::loadFirst(x.d + first, count) : Lanes::load(x.d + first);
}
template <Stretch stretch>
Ints tokenSums(const QuantisedToken &x, std::int64_t first, int count)
{
    if constexpr (stretch == Stretch::kAcross)
        return Lanes::loadTwoInts(x.sums + first * 2, x.sums);
    else
        return stretch == Stretch::kFew ? Lanes::loadFirstInts(x.sums + first * 2, count) : Lanes::loadBytes(x.sums + first * 2);
}

/// Blocks of 32 values; of kLast the first `skip` count for nothing, of kFew there are `count`. Their scales are widened together, one by
/// one they cost more than the products. `acc`: [N], of kAcross [2, N], for the first row and the second.
template <class T, int N, Stretch stretch>
void addBlocks(const typename T::Block *row, const QuantisedToken *x, std::int64_t first, int skip, int count, Floats *acc)
{
    constexpr bool whole = stretch != Stretch::kFew;
    fetchAhead(row, sizeof(typename T::Block) * static_cast<std::size_t>(count));
    const auto used = [skip](Floats v) { return stretch == Stretch::kLast ? Lanes::withoutFirst(v, skip) : v; };
    const Floats scale = used(Lanes::template scales<T, whole>(row, count)); // beyond count: 0, or next to nothing
    constexpr int kOffset = Lanes::offset(T::kOffset);
    Floats d[N];
    for (int t = 0; t < N; ++t) {
        const Floats tokens = tokenScales<stretch>(x[t], first, count);
        d[t] = Lanes::multiply(scale, tokens);
        if constexpr (kOffset != 0 || T::kHasMin) {
            const Floats sums = Lanes::toFloats(Lanes::addPairs(tokenSums<stretch>(x[t], first, count)));
            const auto take = [&](Floats factors) {
                if constexpr (stretch == Stretch::kAcross) {
                    acc[t] = Lanes::fma(Lanes::withoutSecondHalf(factors), sums, acc[t]);
                    acc[N + t] = Lanes::fma(Lanes::withoutFirst(factors, kHalf), sums, acc[N + t]);
                } else
                    acc[t] = Lanes::fma(factors, sums, acc[t]);
            };
            if constexpr (kOffset != 0)
                take(Lanes::multiply(d[t], Lanes::all(-kOffset)));
            if constexpr (T::kHasMin)
                take(Lanes::multiply(used(Lanes::template mins<T, whole>(row, count)), tokens));
        }
    }
    if constexpr (whole && NibbleValues<T>::kKnown)
        return addNibbles<T, N, stretch>(row, x, first, skip, d, acc);
    for (int i = skip / Lanes::kParts * Lanes::kParts; i < count; i += Lanes::kParts) {
        const bool odd = !whole && i + Lanes::kParts > count;
        const Ints w = Lanes::template blockBytes<T>(row[i], row[odd ? i : i + Lanes::kParts - 1]);
        for (int t = 0; t < N; ++t) {
            const std::int8_t *q = x[t].q + placeOf<stretch>(first, i) * 32;
            const Ints sums = Lanes::template dot<T::kOffset>(w, odd ? Lanes::loadPart(q) : Lanes::loadBytes(q));
            Floats &sum = acc[sumsOf<stretch, N>(i) + t];
            sum = Lanes::fma(Lanes::toFloats(sums), Lanes::spread(d[t], i), sum);
        }
    }
}

template <class T, int N>
CONCLAVE_FLAT void dotSimple(const std::byte *weights, const QuantisedToken *x, std::int64_t m, float *out, std::int64_t outStride)
{
    const auto *row = reinterpret_cast<const typename T::Block *>(weights);
    const std::int64_t blocks = m / 32;
    Floats acc[N];
    for (int t = 0; t < N; ++t)
        acc[t] = Lanes::all(0.0F);
    if (blocks < Lanes::kFloats)
        addBlocks<T, N, Stretch::kFew>(row, x, 0, 0, static_cast<int>(blocks), acc);
    else {
        std::int64_t b = 0;
        for (; b + Lanes::kFloats <= blocks; b += Lanes::kFloats)
            addBlocks<T, N, Stretch::kAll>(row + b, x, b, 0, Lanes::kFloats, acc);
        const std::int64_t last = blocks - Lanes::kFloats;
        if (b < blocks)
            addBlocks<T, N, Stretch::kLast>(row + last, x, last, static_cast<int>(b - last), Lanes::kFloats, acc);
    }
    for (int t = 0; t < N; ++t)
        out[t * outStride] = Lanes::sum(acc[t]);
}

/// Two rows, the second behind the first, each of some vectors of blocks and half a one.
template <class T, int N>
CONCLAVE_FLAT void dotTwo(const std::byte *weights, const QuantisedToken *x, std::int64_t m, float *out, std::int64_t outStride)
{
    const auto *row = reinterpret_cast<const typename T::Block *>(weights);
    const std::int64_t blocks = m / 32;
    const std::int64_t middle = blocks - kHalf;
    Floats acc[2 * N];
    for (Floats &sum : acc)
        sum = Lanes::all(0.0F);
    for (std::int64_t b = 0; b < middle; b += Lanes::kFloats)
        addBlocks<T, N, Stretch::kAll>(row + b, x, b, 0, Lanes::kFloats, acc);
    addBlocks<T, N, Stretch::kAcross>(row + middle, x, middle, 0, Lanes::kFloats, acc);
    for (std::int64_t b = kHalf; b < blocks; b += Lanes::kFloats)
        addBlocks<T, N, Stretch::kAll>(row + blocks + b, x, b, 0, Lanes::kFloats, acc + N);
    for (int t = 0; t < N; ++t) {
        out[t * outStride] = Lanes::sum(acc[t]);
        out[t * outStride + 1] = Lanes::sum(acc[N + t]);
    }
}

/// Blocks of 256 values: products, scales and mins are summed as integers within a block.
template <class T, int N>
void dotWide(const std::byte *weights, const QuantisedToken *x, std::int64_t m, float *out, std::int64_t outStride)
{
    constexpr int kOffset = T::kOffset == kSigned ? 0 : T::kOffset;
    Floats acc[N];
    __m256 low[N]; // what offsets and mins take off
    for (int t = 0; t < N; ++t) {
        acc[t] = Lanes::all(0.0F);
        low[t] = _mm256_setzero_ps();
    }
    for (std::int64_t b = 0; b < m / 256; ++b) {
        const std::byte *at = weights + b * static_cast<std::int64_t>(sizeof(typename T::Block));
        fetchAhead(at, sizeof(typename T::Block));
        const T view(at);
        const __m256i scales = view.scales();
        Ints sum[N];
        for (int t = 0; t < N; ++t)
            sum[t] = Lanes::zero();
        unrolled<8 / Lanes::kParts>([&](auto index) {
            constexpr int kPart = decltype(index)::value * Lanes::kParts;
            const Ints w = Lanes::template partBytes<kPart>(view);
            const Ints scale = Lanes::template scalesOf<decltype(index)::value>(scales);
            for (int t = 0; t < N; ++t) {
                const Ints pairs = Lanes::template pairs<T::kOffset>(w, Lanes::loadBytes(x[t].q + b * 256 + kPart * 32));
                sum[t] = Lanes::addProducts(sum[t], pairs, scale);
            }
        });
        const __m128 factors = view.factors();
        for (int t = 0; t < N; ++t) {
            const __m128 scaled = _mm_mul_ps(factors, _mm_set1_ps(x[t].d[b]));
            acc[t] = Lanes::fma(Lanes::toFloats(sum[t]), Lanes::allFirst(scaled), acc[t]);
            if constexpr (kOffset != 0) {
                const __m256i due = _mm256_madd_epi16(scales, load32(x[t].sums + b * 16));
                const __m128 offset = _mm_mul_ss(scaled, _mm_set_ss(kOffset));
                low[t] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(due), _mm256_broadcastss_ps(offset), low[t]);
            }
            if constexpr (T::kHasMin) {
                const __m256i due = _mm256_madd_epi16(view.mins(), load32(x[t].sums + b * 16));
                low[t] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(due), _mm256_broadcastss_ps(_mm_movehdup_ps(scaled)), low[t]);
            }
        }
    }
    for (int t = 0; t < N; ++t)
        out[t * outStride] = Lanes::sum(Lanes::subtractLow(acc[t], low[t]));
}

/// Four tokens at a time against each row, then two, then one: the row stays in the first-level cache between them, and unpacking it
/// costs about as much as a token.
template <class Take>
void eachToken(std::int64_t rows, std::int64_t tokens, const Take &take, std::int64_t step = 1)
{
    for (std::int64_t r = 0; r + step <= rows; r += step) {
        std::int64_t t = 0;
        for (; t + 4 <= tokens; t += 4)
            take(r, t, Index<4>{});
        if (t + 2 <= tokens) {
            take(r, t, Index<2>{});
            t += 2;
        }
        if (t < tokens)
            take(r, t, Index<1>{});
    }
}

void dotQuantised(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x, std::int64_t tokens,
                  std::int64_t m, float *out, std::int64_t outStride)
{
    const auto row = [=](std::int64_t r) { return w + static_cast<std::size_t>(r) * wStride; };
    forType(
        type,
        [&](auto tag) {
            using T = typename decltype(tag)::Type;
            std::int64_t first = 0;
            const std::int64_t blocks = m / 32;
            const bool halves = blocks % Lanes::kFloats == kHalf && blocks > kHalf;
            if (halves && wStride == sizeof(typename T::Block) * static_cast<std::size_t>(blocks)) {
                first = rows / 2 * 2;
                const auto two = [&](std::int64_t r, std::int64_t t, auto count) {
                    dotTwo<T, decltype(count)::value>(row(r), x + t, m, out + t * outStride + r, outStride);
                };
                eachToken(rows, tokens, two, 2);
            }
            eachToken(rows - first, tokens, [&](std::int64_t r, std::int64_t t, auto count) {
                dotSimple<T, decltype(count)::value>(row(first + r), x + t, m, out + t * outStride + first + r, outStride);
            });
        },
        [&](auto tag) {
            using T = typename decltype(tag)::Type;
            eachToken(rows, tokens, [&](std::int64_t r, std::int64_t t, auto count) {
                dotWide<T, decltype(count)::value>(row(r), x + t, m, out + t * outStride + r, outStride);
            });
        });
}

} // namespace
} // namespace conclave::kernels
