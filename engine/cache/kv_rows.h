#pragma once

#include "kernels/core/device.h"
#include "kernels/core/tensor.h"

#include <cstddef>
#include <cstdint>

namespace conclave::engine
{

/// How the keys, or the values, of a layer lie in memory. Where the host computes, a head's rows lie one behind the other: memory gives
/// neighbours faster than rows that lie apart. Elsewhere a slot's do, so that few transfers move a page.
struct KvRows
{
    kernels::DType type;
    std::int64_t slotCount; ///< not "slots": tests include Qt, which has a macro of that name
    int heads;
    int width; ///< values of one head
    kernels::Buffer *memory;
    std::size_t offset = 0; ///< bytes

    /// [slots, heads, width]
    kernels::Tensor all() const;
    /// Stretches of rows that lie one behind the other, each with the same share of the heads.
    int runs() const { return memory->hostData() != nullptr ? heads : 1; }
    /// [slots, heads of a run * width], packed.
    kernels::Tensor run(int index) const;
};

} // namespace conclave::engine
