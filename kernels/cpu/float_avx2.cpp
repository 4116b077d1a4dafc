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
        return table;
    }();
    return kTable;
}

} // namespace conclave::kernels
