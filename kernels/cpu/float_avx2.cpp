#include "kernels/cpu/vec_avx2.h"

#include "kernels/cpu/float_kernels.inl"

#include "kernels/cpu/attention_kernels.inl"
#include "kernels/cpu/quant_kernels.h"
#include "kernels/cpu/sequence_kernels.inl"

namespace conclave::kernels
{

const KernelTable &avx2Kernels()
{
    static constexpr KernelTable kTable = [] {
        KernelTable table = withAttentionKernels(withSequenceKernels(floatKernels<unpackRowAvx2>()));
        table.dotQuantised = dotQuantisedAvx2;
        table.mostDotTokens = mostRowDotTokens;
        table.panelOffset = panelOffsetAvx2;
        table.unpackRows8 = unpackRows8Avx2;
        table.gemm8 = gemm8Avx2;
        return table;
    }();
    return kTable;
}

const KernelTable &avxVnniKernels()
{
    static constexpr KernelTable kTable = [] {
        KernelTable table = withAttentionKernels(withSequenceKernels(floatKernels<unpackRowAvx2>()));
        table.dotQuantised = dotQuantisedAvxVnni;
        table.mostDotTokens = mostRowDotTokens;
        table.panelOffset = panelOffsetAvxVnni;
        table.unpackRows8 = unpackRows8AvxVnni;
        table.gemm8 = gemm8AvxVnni;
        return table;
    }();
    return kTable;
}

} // namespace conclave::kernels
