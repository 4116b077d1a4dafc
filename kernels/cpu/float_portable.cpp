#include "kernels/cpu/vec_portable.h"

#include "kernels/cpu/float_kernels.inl"

#include "kernels/cpu/attention_kernels.inl"
#include "kernels/cpu/quant_kernels.h"
#include "kernels/cpu/sequence_kernels.inl"

namespace conclave::kernels
{

const KernelTable &portableKernels()
{
    static constexpr KernelTable kTable = [] {
        KernelTable table = withAttentionKernels(withSequenceKernels(floatKernels<unpackRowPortable>()));
        table.dotQuantised = dotQuantisedPortable;
        return table;
    }();
    return kTable;
}

} // namespace conclave::kernels
