#include "kernels/cpu/vec_avx512.h"

#include "kernels/cpu/float_kernels.inl"

#include "kernels/cpu/attention_kernels.inl"

#include "kernels/cpu/turned_keys_avx512.inl"

#include "kernels/cpu/f16_cache_avx512.inl"
#include "kernels/cpu/q8_cache_avx512.inl"

#include "kernels/cpu/quant_kernels.h"
#include "kernels/cpu/sequence_kernels.inl"

namespace conclave::kernels
{
namespace
{

/// Calls f with the tile that takes keys of `type`; returns false where none does.
template <class F>
bool withTile(DType type, std::int64_t rows, std::int64_t m, const F &f)
{
    if (rows > kMostTurnedRows)
        return false;
    if (type == DType::kF16 && rows > 1 && m % HalfTile::kValues == 0)
        f(HalfTile());
    else if (type == DType::kQ8_0)
        f(SplitTile());
    else
        return false;
    return true;
}

void prepareQueriesAvx512(DType type, const float *const *queries, std::int64_t rows, std::int64_t m, float *prepared)
{
    if (!withTile(type, rows, m, [&](auto tile) { prepareTurned<decltype(tile)>(queries, rows, m, prepared); }))
        prepareQueries(type, queries, rows, m, prepared);
}

void scoreKeysAvx512(DType type, const std::byte *const *keys, std::int64_t count, const float *prepared, std::int64_t rows, std::int64_t m,
                     float *panel, float *out, std::int64_t outStride, const RowsAhead &ahead)
{
    if (!withTile(type, rows, m, [&](auto tile) { scoreTurned<decltype(tile)>(keys, count, prepared, rows, m, out, outStride, ahead); }))
        scoreKeys(type, keys, count, prepared, rows, m, panel, out, outStride, ahead);
}

} // namespace

const KernelTable &avx512Kernels()
{
    static constexpr KernelTable kTable = [] {
        KernelTable table = withAttentionKernels(withSequenceKernels(floatKernels<unpackRowAvx512>()));
        table.prepareQueries = prepareQueriesAvx512;
        table.scoreKeys = scoreKeysAvx512;
        table.addValues = addFewValues;
        table.dotQuantised = dotQuantisedAvx512;
        table.mostDotTokens = mostDotTokensAvx512;
        table.panelOffset = panelOffsetAvx512;
        table.unpackRows8 = unpackRows8Avx512;
        table.gemm8 = gemm8Avx512;
        table.int8Burst = int8BurstAvx512;
        return table;
    }();
    return kTable;
}

} // namespace conclave::kernels
