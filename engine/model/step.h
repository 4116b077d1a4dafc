#pragma once

#include "engine/cache/image_memory.h"
#include "engine/cache/kv_cache.h"
#include "engine/model/model.h"
#include "engine/model/ops.h"
#include "engine/model/scratch.h"

#include <cstdint>
#include <span>

namespace conclave::engine
{

/// One chunk of T tokens on its way through the layers: what the blocks work on. Lives for one pass.
struct Step
{
    Ops &ops;
    Scratch &scratch;
    KvCache &cache;                              ///< already grown by T
    const ImageMemory *image;                    ///< or nullptr
    std::int64_t tokens;                         ///< T
    std::int64_t first;                          ///< position of token 0
    std::span<const std::int32_t> positions;     ///< [T]
    std::span<const std::int32_t> ids;           ///< [T] the tokens themselves
    std::span<const ImageRows> imageRows;        ///< pictures in this chunk
    std::span<const std::int32_t> gridPositions; ///< [3, T] time, row, column (M-RoPE)

    /// The first T rows of a scratch tensor.
    kernels::Tensor rows(const kernels::Tensor &tensor) const { return tensor.slice(0, tokens); }
    /// The same, its other axes joined: [T, heads * headDim].
    kernels::Tensor flat(const kernels::Tensor &tensor) const
    {
        return rows(tensor).reshaped({tokens, tensor.shape[1] * (tensor.rank > 2 ? tensor.shape[2] : 1)});
    }
    /// A scratch tensor's memory as [T, width], packed; at most as large as it is.
    kernels::Tensor packed(const kernels::Tensor &tensor, std::int64_t width) const
    {
        return kernels::Tensor::packed(tensor.dtype, {tokens, width}, tensor.buffer, tensor.offset);
    }
    /// The same as [T, heads, width].
    kernels::Tensor packed(const kernels::Tensor &tensor, std::int64_t heads, std::int64_t width) const
    {
        return kernels::Tensor::packed(tensor.dtype, {tokens, heads, width}, tensor.buffer, tensor.offset);
    }
};

} // namespace conclave::engine
