// Rows of quantised weights to the panels of gemm8.inl. Everything is local to the including file.

#include "kernels/cpu/transposed_rows.inl"

namespace conclave::kernels
{
namespace
{

int panelOffset(DType type)
{
    int offset = 0;
    const auto take = [&](auto tag) { offset = kPanelOffset<typename decltype(tag)::Type>; };
    forType(type, take, take);
    return offset;
}

/// Column k of a part of 32 values.
std::uint8_t *columnAt(std::uint8_t *q, std::int64_t part, int k)
{
    return q + (part * 8 + k) * 4 * kPanelRows8;
}

// ---- 32 values ----

template <class T>
void unpackSimple(Tag<T>, const Rows &rows, std::int64_t m, std::uint8_t *q, float *d, float *min)
{
    for (std::int64_t b = 0; b < m / 32; ++b) {
        fetchNextRows<_MM_HINT_T1, kRowsBytes<T>>(rows, b);
        const auto block = [&](int r) -> const typename T::Block & { return reinterpret_cast<const typename T::Block *>(rows.at[r])[b]; };
        for (int r = 0; r < Lanes::kFloats; ++r) {
            d[b * kPanelRows8 + r] = T::scale(block(r));
            if constexpr (T::kHasMin)
                min[b * kPanelRows8 + r] = T::min(block(r));
        }
        Ints columns[8];
        if constexpr (NibbleValues<T>::kKnown) {
            transposeFour([&](int r) { return load16(block(r).q); }, columns);
            for (int k = 0; k < 4; ++k) {
                columns[k + 4] = NibbleValues<T>::of(Lanes::bits(columns[k], 4, 15));
                columns[k] = NibbleValues<T>::of(Lanes::bits(columns[k], 0, 15));
            }
        } else
            transposeEight([&](int r) { return T::bytes(block(r)); }, columns);
        for (int k = 0; k < 8; ++k)
            Lanes::storeBytes(columnAt(q, b, k), panelBytes<T>(columns[k]));
    }
}

// ---- 256 values ----

/// factor times the integers of the groups of a block: of 32 values, each twice, or of 16.
template <int group>
void scalesOf(__m256i sixteen, __m128 factor, __m256 *scales)
{
    const auto scaled = [&](__m256i ints) { return _mm256_mul_ps(_mm256_cvtepi32_ps(ints), _mm256_broadcastss_ps(factor)); };
    if constexpr (group == 32)
        scales[0] = scaled(_mm256_srai_epi32(sixteen, 16));
    else {
        scales[0] = scaled(_mm256_cvtepi16_epi32(_mm256_castsi256_si128(sixteen)));
        scales[1] = scaled(_mm256_cvtepi16_epi32(_mm256_extracti128_si256(sixteen, 1)));
    }
}

/// A vector's rows of scales, kPanelRows8 floats apart for each group.
template <int halves>
void storeScales(const __m256 (&scales)[Lanes::kFloats][halves], float *to)
{
    for (int half = 0; half < halves; ++half) {
        Ints columns[8];
        transposeEight([&](int r) { return _mm256_castps_si256(scales[r][half]); }, columns);
        for (int k = 0; k < 8; ++k)
            Lanes::storeBytes(to + (half * 8 + k) * kPanelRows8, columns[k]);
    }
}

template <class T>
void unpackBytes(Tag<T>, const Rows &rows, std::int64_t b, std::uint8_t *q)
{
    constexpr int kPlanes = Planes<T>::kCount;
    const std::int64_t at = b * static_cast<std::int64_t>(sizeof(typename T::Block));
    if constexpr (kPlanes > 0) {
        Ints planes[kPlanes][8];
        for (int i = 0; i < kPlanes; ++i)
            transposeEight(
                [&](int r) { return load32(Planes<T>::plane(*reinterpret_cast<const typename T::Block *>(rows.at[r] + at), i)); },
                planes[i]);
        unrolled<8>([&](auto index) {
            constexpr int kPart = decltype(index)::value;
            for (int k = 0; k < 8; ++k)
                Lanes::storeBytes(columnAt(q, b * 8 + kPart, k), Planes<T>::template values<kPart>(planes, k));
        });
    } else {
        __m256i bytes[8][Lanes::kFloats];
        for (int r = 0; r < Lanes::kFloats; ++r) {
            const T view(rows.at[r] + at);
            unrolled<8>([&](auto index) {
                constexpr int kPart = decltype(index)::value;
                bytes[kPart][r] = view.template bytes<kPart>();
            });
        }
        for (int part = 0; part < 8; ++part) {
            Ints columns[8];
            transposeEight([&](int r) { return bytes[part][r]; }, columns);
            for (int k = 0; k < 8; ++k)
                Lanes::storeBytes(columnAt(q, b * 8 + part, k), panelBytes<T>(columns[k]));
        }
    }
}

template <class T>
void unpackWide(Tag<T> type, const Rows &rows, std::int64_t m, std::uint8_t *q, float *d, float *min)
{
    constexpr int kGroup = T::kScaleGroup;
    for (std::int64_t b = 0; b < m / 256; ++b) {
        fetchNextRows<_MM_HINT_T1, kRowsBytes<T>>(rows, b);
        __m256 scales[Lanes::kFloats][32 / kGroup];
        __m256 mins[Lanes::kFloats][32 / kGroup];
        for (int r = 0; r < Lanes::kFloats; ++r) {
            const T view(rows.at[r] + b * static_cast<std::int64_t>(sizeof(typename T::Block)));
            const __m128 factors = view.factors();
            scalesOf<kGroup>(view.scales(), factors, scales[r]);
            if constexpr (T::kHasMin)
                scalesOf<kGroup>(view.mins(), _mm_xor_ps(_mm_movehdup_ps(factors), _mm_set1_ps(-0.0F)), mins[r]);
        }
        const std::int64_t at = b * (256 / kGroup) * kPanelRows8;
        storeScales(scales, d + at);
        if constexpr (T::kHasMin)
            storeScales(mins, min + at);
        unpackBytes(type, rows, b, q);
    }
}

void unpackRows8(const std::byte *w, std::size_t wStride, std::int64_t rows, std::int64_t m, const RowPanel8 &panel)
{
    for (std::int64_t r = 0; r < kPanelRows8; r += Lanes::kFloats) {
        const std::int64_t first = r < rows ? r : rows - 1; // rows beyond the last are computed and not used
        const Rows some(w + static_cast<std::size_t>(first) * wStride, wStride, rows - first);
        forType(
            panel.type, [&](auto tag) { unpackSimple(tag, some, m, panel.q + r * 4, panel.d + r, panel.min + r); },
            [&](auto tag) { unpackWide(tag, some, m, panel.q + r * 4, panel.d + r, panel.min + r); });
    }
}

} // namespace
} // namespace conclave::kernels
