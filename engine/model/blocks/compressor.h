#pragma once

#include "engine/cache/kv_shape.h"
#include "engine/model/blocks/rope.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

#include <string>

namespace conclave::engine
{

/// Pools the positions of a sequence, `ratio` at a time, into rows that attention or the indexer reads (DeepSeek V4). Rows lie in the
/// cache's rows of the layer, positions that fill no block yet in its states.
struct Compressor
{
    int layer = 0; ///< its place in the cache
    int which = 0; ///< which of the layer's rows and states
    int ratio = 1;
    int width = 0; ///< w
    Rope rope;     ///< turns the last values of a row to the block's first position
    float epsilon = 1e-6F;

    kernels::Tensor values; ///< [c*w, d], c = 2 where blocks overlap, else 1
    kernels::Tensor gates;  ///< [c*w, d]
    kernels::Tensor bias;   ///< [ratio, c*w] of a position in its block
    kernels::Tensor norm;   ///< [w]

    bool overlaps() const { return overlaps(ratio); }
    /// A row of 4 positions looks back at the 4 before them.
    static bool overlaps(int ratio) { return ratio == 4; }
    static std::int64_t columns(int ratio, int width) { return static_cast<std::int64_t>(width) * (overlaps(ratio) ? 2 : 1); }
    /// Adds a compressor's rows and state to a layer's part of the cache.
    static void addTo(KvLayerShape &shape, int ratio, int width);

    /// Reads `<prefix>kv.weight` and its kin; layer, which, ratio, width, rope and epsilon are set already.
    void load(WeightLoader &weights, const std::string &prefix, int modelWidth);
    /// Takes the step's normalised input in; appends the rows of all blocks that it finishes.
    void apply(Step &step) const;

private:
    void pool(Step &step, const StepSequence &sequence) const;
};

} // namespace conclave::engine
