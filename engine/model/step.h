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

class DividedExperts;
class StandInExperts;
class StreamedExperts;

/// The new tokens of one sequence in a step: rows row .. row + tokens - 1 of all its tensors.
struct StepSequence
{
    KvCache &cache;           ///< already grown by `tokens`
    const ImageMemory *image; ///< what the bridges read, or nullptr
    std::int64_t row;
    std::int64_t tokens;
    std::int64_t first;    ///< position of its first token in its sequence
    std::int64_t kept = 0; ///< states after so many of its tokens are kept (KvCache::keepStates); 0: none

    std::int64_t end() const { return first + tokens; }
    kernels::Tensor rows(const kernels::Tensor &tensor) const { return tensor.slice(row, tokens); }
};

/// T tokens on their way through the layers, of one sequence or of several together: what the blocks work on. What concerns a token alone
/// is computed for all of them at once; what looks back, sequence by sequence. Lives for one pass.
struct Step
{
    Ops &ops;
    Scratch &scratch;
    std::span<const StepSequence> sequences;     ///< at least one; their rows follow each other and fill the step
    std::int64_t tokens;                         ///< T
    std::span<const std::int32_t> positions;     ///< [T] each in its own sequence
    std::span<const std::int32_t> ids;           ///< [T] the tokens themselves
    std::span<const ImageRows> imageRows;        ///< pictures in this step, counted by its rows
    std::span<const std::int32_t> gridPositions; ///< [3, T] time, row, column (M-RoPE)
    float expertShare;                           ///< see ModelOptions
    StreamedExperts *streamed;                   ///< where not all experts are in memory; else nullptr
    StandInExperts *standIns = nullptr;          ///< where a few experts do the work of all; else nullptr
    DividedExperts *divided = nullptr;           ///< where a card has single experts; else nullptr

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
