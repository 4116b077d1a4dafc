// Rows of weights as signed bytes and scales, for float32, for any type in quant_x86_blocks.inl. Everything is local to the including file.

namespace conclave::kernels
{
namespace
{

template <int offset>
void storeSigned(std::int8_t *to, __m256i bytes)
{
    constexpr int kOffset = offset == kSigned ? 0 : offset;
    _mm256_storeu_si256(reinterpret_cast<__m256i *>(to), _mm256_sub_epi8(bytes, _mm256_set1_epi8(kOffset)));
}

template <class T>
void unpackSimple(const std::byte *weights, std::int64_t m, std::int8_t *q, float *d, float *min)
{
    const auto *row = reinterpret_cast<const typename T::Block *>(weights);
    for (std::int64_t b = 0; b < m / 32; ++b) {
        storeSigned<T::kOffset>(q + b * 32, T::bytes(row[b]));
        d[b] = T::scale(row[b]);
        if constexpr (T::kHasMin)
            min[b] = T::min(row[b]);
    }
}

/// Scales of every value group of 16, or of every other one, where the type has one scale for 32 values.
void storeScales(__m256i sixteen, float factor, int group, float *to)
{
    alignas(32) std::int16_t scales[16];
    _mm256_store_si256(reinterpret_cast<__m256i *>(scales), sixteen);
    for (int g = 0; g < 256 / group; ++g)
        to[g] = factor * static_cast<float>(scales[g * group / 16]);
}

template <class T>
void unpackWide(const std::byte *weights, std::int64_t m, int group, std::int8_t *q, float *d, float *min)
{
    for (std::int64_t b = 0; b < m / 256; ++b) {
        const T view(weights + b * static_cast<std::int64_t>(sizeof(typename T::Block)));
        unrolled<8>([&](auto index) {
            constexpr int kPart = decltype(index)::value;
            storeSigned<T::kOffset>(q + b * 256 + kPart * 32, view.template bytes<kPart>());
        });
        const __m128 factors = view.factors();
        storeScales(view.scales(), _mm_cvtss_f32(factors), group, d + b * 256 / group);
        if constexpr (T::kHasMin)
            storeScales(view.mins(), -_mm_cvtss_f32(_mm_movehdup_ps(factors)), group, min + b * 256 / group);
    }
}

void unpackRow(DType type, const std::byte *row, std::int64_t m, int group, std::int8_t *q, float *d, float *min)
{
    forType(
        type, [&](auto tag) { unpackSimple<typename decltype(tag)::Type>(row, m, q, d, min); },
        [&](auto tag) { unpackWide<typename decltype(tag)::Type>(row, m, group, q, d, min); });
}

} // namespace
} // namespace conclave::kernels
