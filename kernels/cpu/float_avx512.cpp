#include "kernels/cpu/vec_avx512.h"

#include "kernels/cpu/float_kernels.inl"

#include "kernels/cpu/attention_kernels.inl"

#include "kernels/cpu/q8_cache_avx512.inl"
#include "kernels/cpu/quant_kernels.h"
#include "kernels/cpu/sequence_kernels.inl"

namespace conclave::kernels
{

const KernelTable &avx512Kernels()
{
    static constexpr KernelTable kTable = [] {
        KernelTable table = withQ8Cache(withAttentionKernels(withSequenceKernels(floatKernels<unpackRowAvx512>())));
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
