#pragma once

#include "engine/model/blocks/rope.h"
#include "engine/model/hyper_parameters.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

namespace conclave::engine
{

/// Grouped-query attention whose output passes a gate of the query's making, value by value (Qwen3-Next, Qwen3.5; Qiu et al. 2025).
struct GatedAttention
{
    int layer = 0; ///< its place in the cache
    int heads = 0;
    int kvHeads = 0;
    int headDim = 0;
    Rope rope;
    float epsilon = 1e-6F;
    float scale = 1.0F;

    kernels::Tensor query;     ///< [H*2*hd, d]: of each head the query, then its gate
    kernels::Tensor key;       ///< [Hkv*hd, d]
    kernels::Tensor value;     ///< [Hkv*hd, d]
    kernels::Tensor output;    ///< [d, H*hd]
    kernels::Tensor queryNorm; ///< [hd]
    kernels::Tensor keyNorm;   ///< [hd]

    static GatedAttention load(WeightLoader &weights, const HyperParameters &hp, int layer, const Rope &rope);
    /// x += output(sigmoid(gate) * attention(h)), where h is the step's normalised input; stores its keys and values. The scratch has room
    /// for 2 H query heads.
    void apply(Step &step) const;
};

} // namespace conclave::engine
