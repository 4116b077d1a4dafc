// Few tokens against rows of types that come in nibbles or planes: the sums of gemm8.inl, to the bit, but the transposed bytes stay in
// registers instead of a panel. Written on `Lanes`, which must have VNNI; everything is local to the including file.

#include "kernels/cpu/transposed_rows.inl"

namespace conclave::kernels
{
namespace
{

using Floats = Lanes::Floats;

constexpr int kMostTokens = 6; ///< at a time: their sums stay in registers; beyond, a panel is faster

// ---- 32 values ----

/// Fills columns[b] with the scales of block b of a vector's rows, a row in each lane; `count` blocks from `first` on.
template <class T>
void scaleColumns(const Rows &rows, std::int64_t first, std::int64_t count, Floats (&columns)[Lanes::kFloats])
{
    static_assert(Lanes::kFloats == 16);
    const auto scalesOf = [&](int r) {
        const auto *row = reinterpret_cast<const typename T::Block *>(rows.at[r]) + first;
        return Lanes::toBits(count == Lanes::kFloats ? Lanes::template scales<T, true>(row, 0)
                                                     : Lanes::template scales<T, false>(row, static_cast<int>(count)));
    };
    Ints lanes[4][4]; // [quarter of the blocks][row modulo 4]
    for (int i = 0; i < 4; ++i)
        Lanes::transposeQuarters(scalesOf(i), scalesOf(i + 4), scalesOf(i + 8), scalesOf(i + 12), lanes[0][i], lanes[1][i], lanes[2][i],
                                 lanes[3][i]);
    for (int quarter = 0; quarter < 4; ++quarter) {
        Ints four[4];
        transposeLanes(lanes[quarter], four);
        for (int i = 0; i < 4; ++i)
            columns[quarter * 4 + i] = Lanes::fromBits(four[i]);
    }
}

/// acc[t] = a vector's rows times token t.
template <class T, int N>
void dotNibbles(const Rows &rows, const QuantisedToken *x, std::int64_t m, Floats (&acc)[N])
{
    for (int t = 0; t < N; ++t)
        acc[t] = Lanes::all(0.0F);
    const std::int64_t blocks = m / 32;
    for (std::int64_t first = 0; first < blocks; first += Lanes::kFloats) {
        const std::int64_t end = first + Lanes::kFloats < blocks ? first + Lanes::kFloats : blocks;
        const std::int64_t scaled =
            end > Lanes::kFloats ? end - Lanes::kFloats : 0; // whole vectors are quicker: some twice, at a row's end
        Floats scales[Lanes::kFloats];
        scaleColumns<T>(rows, scaled, end - scaled, scales);
        for (std::int64_t b = first; b < end; ++b) {
            fetchNextRows<_MM_HINT_T0, kRowsBytes<T>>(rows, b);
            Ints columns[4];
            transposeFour([&](int r) { return load16(reinterpret_cast<const typename T::Block *>(rows.at[r])[b].q); }, columns);
            Ints sum[N];
            for (int t = 0; t < N; ++t)
                sum[t] = Lanes::allInts(x[t].corrections[b]);
            unrolled<4>([&](auto step) {
                constexpr int k = decltype(step)::value;
                const Ints low = panelBytes<T>(NibbleValues<T>::of(Lanes::bits(columns[k], 0, 15)));
                const Ints high = panelBytes<T>(NibbleValues<T>::of(Lanes::bits(columns[k], 4, 15)));
                for (int t = 0; t < N; ++t) {
                    const std::int8_t *q = x[t].q + b * 32 + k * 4;
                    sum[t] = Lanes::addDots(sum[t], low, load4(q));
                    sum[t] = Lanes::addDots(sum[t], high, load4(q + 16));
                }
            });
            for (int t = 0; t < N; ++t)
                acc[t] = Lanes::fma(Lanes::multiply(Lanes::toFloats(sum[t]), scales[b - scaled]), Lanes::all(x[t].d[b]), acc[t]);
        }
    }
}

// ---- 256 values ----

/// The scales of a vector's rows in one block: of<g>() is d times the scale of group g, least<g>() -dmin times its min; a row in each lane.
template <class T>
struct ScaleColumns
{
    static constexpr bool kKnown = false;
};

/// See ViewSixBits for how the twelve bytes are packed.
template <class Block>
struct SixBitColumns
{
    static constexpr bool kKnown = true;
    Floats d;
    Floats minusMin;
    Ints scales[2]; ///< bytes of groups 0 .. 3 and 4 .. 7
    Ints mins[2];

    SixBitColumns(const Rows &rows, std::int64_t at)
    {
        Ints head[4]; // d and dmin, then three dwords of scales
        transposeFour([&](int r) { return load16(rows.at[r] + at); }, head);
        d = Lanes::lowHalves(head[0]);
        minusMin = Lanes::multiply(Lanes::highHalves(head[0]), Lanes::all(-1.0F));
        scales[0] = Lanes::bits(head[1], 0, 0x3F);
        mins[0] = Lanes::bits(head[2], 0, 0x3F);
        scales[1] = Lanes::either(Lanes::bits(head[3], 0, 15), Lanes::bits(head[1], 2, 0x30));
        mins[1] = Lanes::either(Lanes::bits(head[3], 4, 15), Lanes::bits(head[2], 2, 0x30));
    }
    template <int g>
    Floats of() const
    {
        return Lanes::multiply(Lanes::toFloats(Lanes::template unsignedByte<g % 4>(scales[g / 4])), d);
    }
    template <int g>
    Floats least() const
    {
        return Lanes::multiply(Lanes::toFloats(Lanes::template unsignedByte<g % 4>(mins[g / 4])), minusMin);
    }
};
template <>
struct ScaleColumns<ViewQ4_K> : SixBitColumns<BlockQ4_K>
{
    using SixBitColumns::SixBitColumns;
};
template <>
struct ScaleColumns<ViewQ5_K> : SixBitColumns<BlockQ5_K>
{
    using SixBitColumns::SixBitColumns;
};

template <>
struct ScaleColumns<ViewQ6_K>
{
    static constexpr bool kKnown = true;
    Floats d;
    Ints scales[4];

    ScaleColumns(const Rows &rows, std::int64_t at)
    {
        static_assert(offsetof(BlockQ6_K, d) == offsetof(BlockQ6_K, scales) + 16);
        const auto scalesOf = [&](int r) { return rows.at[r] + at + offsetof(BlockQ6_K, scales); };
        transposeFour([&](int r) { return load16(scalesOf(r)); }, scales);
        Ints tail[4];
        transposeFour([&](int r) { return load16(scalesOf(r) + 2); }, tail);
        d = Lanes::highHalves(tail[3]);
    }
    template <int g>
    Floats of() const
    {
        return Lanes::multiply(Lanes::toFloats(Lanes::template signedByte<g % 4>(scales[g / 4])), d);
    }
};

/// acc[t] = a vector's rows times token t.
template <class T, int N>
void dotPlanes(const Rows &rows, const QuantisedToken *x, std::int64_t m, Floats (&acc)[N])
{
    constexpr int kGroup = T::kScaleGroup;
    constexpr int kGroups = 32 / kGroup; ///< of a part
    for (int t = 0; t < N; ++t)
        acc[t] = Lanes::all(0.0F);
    for (std::int64_t b = 0; b < m / 256; ++b) {
        const std::int64_t at = b * static_cast<std::int64_t>(sizeof(typename T::Block));
        const ScaleColumns<T> scales(rows, at);
        Floats inner[N];
        for (int t = 0; t < N; ++t)
            inner[t] = Lanes::all(0.0F);
        Ints planes[Planes<T>::kCount][8];
        unrolled<8>([&](auto index) {
            constexpr int kPart = decltype(index)::value;
            fetchNextRows<_MM_HINT_T0, kRowsBytes<T> / 8>(rows, b * 8 + kPart);
            unrolled<Planes<T>::kCount>([&](auto plane) {
                constexpr int kPlane = decltype(plane)::value;
                if constexpr (Planes<T>::firstPart(kPlane) == kPart)
                    transposeEight(
                        [&](int r) {
                            return load32(Planes<T>::plane(*reinterpret_cast<const typename T::Block *>(rows.at[r] + at), kPlane));
                        },
                        planes[kPlane]);
            });
            unrolled<kGroups>([&](auto number) {
                constexpr int kInPart = decltype(number)::value;
                constexpr int g = kPart * kGroups + kInPart;
                const std::int64_t correction = b * 8 * kGroups + g;
                Ints sum[N];
                for (int t = 0; t < N; ++t)
                    sum[t] = T::kHasMin ? Lanes::zero() : Lanes::allInts(x[t].corrections[correction]);
                unrolled<kGroup / 4>([&](auto step) {
                    constexpr int k = kInPart * (kGroup / 4) + decltype(step)::value;
                    const Ints w = Planes<T>::template values<kPart>(planes, k);
                    for (int t = 0; t < N; ++t)
                        sum[t] = Lanes::addDots(sum[t], w, load4(x[t].q + b * 256 + kPart * 32 + k * 4));
                });
                const Floats scale = scales.template of<g>();
                for (int t = 0; t < N; ++t)
                    inner[t] = Lanes::fma(Lanes::toFloats(sum[t]), scale, inner[t]);
                if constexpr (T::kHasMin) {
                    const Floats least = scales.template least<g>();
                    for (int t = 0; t < N; ++t)
                        inner[t] = Lanes::fma(least, Lanes::all(asFloat(x[t].corrections[correction])), inner[t]);
                }
            });
        });
        for (int t = 0; t < N; ++t)
            acc[t] = Lanes::fma(inner[t], Lanes::all(x[t].d[b]), acc[t]);
    }
}

// ---- Which, and how many tokens at a time ----

/// Types of nibbles and a scale.
template <class T>
constexpr bool kIsNibbles = NibbleValues<T>::kKnown && !T::kHasMin;

/// Where this beats quant_x86_dot.inl: from so many tokens on (measured; rows read one after the other come faster from memory).
template <class T>
constexpr int kFewestTokens = 2;
template <>
constexpr int kFewestTokens<ViewQ6_K> = 3;

bool hasColumns(DType type)
{
    bool has = false;
    forType(
        type, [&](auto tag) { has = kIsNibbles<typename decltype(tag)::Type>; },
        [&](auto tag) { has = ScaleColumns<typename decltype(tag)::Type>::kKnown; });
    return has;
}

template <int N, class Dot>
void dotRowsOf(const Dot &dot, const std::byte *w, std::size_t wStride, std::int64_t rows, float *out, std::int64_t outStride)
{
    for (std::int64_t r = 0; r < rows; r += Lanes::kFloats) {
        Floats acc[N];
        dot(Rows(w + static_cast<std::size_t>(r) * wStride, wStride, rows - r), acc);
        for (int t = 0; t < N; ++t)
            Lanes::storeFirst(out + t * outStride + r, acc[t], rows - r);
    }
}

/// take(first, Index<N>{}) for tokens first .. first + N - 1, at most kMostTokens at a time.
template <int N = kMostTokens, class Take>
void inRuns(std::int64_t first, std::int64_t tokens, const Take &take)
{
    if constexpr (N > 0) {
        for (; tokens - first >= N; first += N)
            take(first, Index<N>{});
        inRuns<N - 1>(first, tokens, take);
    }
}

/// As KernelTable::dotQuantised; false where it would not pay.
bool dotByColumns(DType type, const std::byte *w, std::size_t wStride, std::int64_t rows, const QuantisedToken *x, std::int64_t tokens,
                  std::int64_t m, float *out, std::int64_t outStride)
{
    bool done = false;
    const auto take = [&](auto tag, const auto &dotVector) {
        if (tokens < kFewestTokens<typename decltype(tag)::Type>)
            return;
        inRuns(0, tokens, [&](std::int64_t first, auto count) {
            dotRowsOf<decltype(count)::value>([&](const Rows &some, auto &acc) { dotVector(some, x + first, acc); }, w, wStride, rows,
                                              out + first * outStride, outStride);
        });
        done = true;
    };
    forType(
        type,
        [&](auto tag) {
            using T = typename decltype(tag)::Type;
            if constexpr (kIsNibbles<T>)
                take(tag, [m](const Rows &some, const QuantisedToken *few, auto &acc) { dotNibbles<T>(some, few, m, acc); });
        },
        [&](auto tag) {
            using T = typename decltype(tag)::Type;
            if constexpr (ScaleColumns<T>::kKnown)
                take(tag, [m](const Rows &some, const QuantisedToken *few, auto &acc) { dotPlanes<T>(some, few, m, acc); });
        });
    return done;
}

} // namespace
} // namespace conclave::kernels
