#include "engine/cache/kv_rows.h"

namespace conclave::engine
{

kernels::Tensor KvRows::all() const
{
    kernels::Tensor tensor = kernels::Tensor::packed(type, {slotCount, heads, width}, memory, offset);
    if (runs() > 1) {
        tensor.strideBytes[0] = tensor.strideBytes[1]; // of one row
        tensor.strideBytes[1] *= slotCount;
    }
    return tensor;
}

kernels::Tensor KvRows::run(int index) const
{
    return kernels::Tensor::packed(type, {runs(), slotCount, heads / runs() * width}, memory, offset).at(index);
}

} // namespace conclave::engine
