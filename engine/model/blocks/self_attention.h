#pragma once

#include "engine/model/blocks/rope.h"
#include "engine/model/hyper_parameters.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

#include <string>

/// Causal grouped-query attention over the paged cache, with what families add to it: biases, norms of queries and keys, a norm behind the
/// output, a window, sinks.
namespace conclave::engine
{

/// RMSNorm of queries and keys before they are rotated.
enum class QueryKeyNorm
{
    kNone,
    kHeads,       ///< each head by itself, one weight [hd] for all
    kHeadsOrNone, ///< as the file has it
    kRow,         ///< all heads of a token together
};

struct SelfAttention
{
    int layer = 0; ///< its place in the cache
    int heads = 0;
    int kvHeads = 0;
    int headDim = 0;
    Rope rope;
    float epsilon = 1e-6F;
    float scale = 1.0F;
    int window = 0;               ///< 0: all positions are seen
    bool normaliseValues = false; ///< RMSNorm of each value head, without weight
    bool keysAreValues = false;   ///< the projected keys, as they are before norm and rotation, are the values too
    bool storesKeys = true;       ///< false: the cache's layer is one computed before

    kernels::Tensor norm;       ///< [d]
    kernels::Tensor query;      ///< [H*hd, d]
    kernels::Tensor key;        ///< [Hkv*hd, d]; empty without keys of its own
    kernels::Tensor value;      ///< [Hkv*hd, d]; empty where keysAreValues
    kernels::Tensor output;     ///< [d, H*hd]
    kernels::Tensor queryBias;  ///< [H*hd]; each bias and norm from here on may be empty
    kernels::Tensor keyBias;    ///< [Hkv*hd]
    kernels::Tensor valueBias;  ///< [Hkv*hd]
    kernels::Tensor outputBias; ///< [d]
    kernels::Tensor queryNorm;  ///< [hd], or [H*hd]: of the row
    kernels::Tensor keyNorm;    ///< [hd], or [Hkv*hd]
    kernels::Tensor outputNorm; ///< [d] before the output joins the stream
    kernels::Tensor sinks;      ///< [H]

    /// Reads attn_* of `layer`: the projections, separate or fused as attn_qkv, and their biases where the file has them.
    static SelfAttention load(WeightLoader &weights, const HyperParameters &hp, int layer, const Rope &rope, QueryKeyNorm norms);
    /// The same for sizes of its own: heads, kvHeads, headDim, keysAreValues, storesKeys are set already.
    void loadProjections(WeightLoader &weights, int width);
    void loadNorms(WeightLoader &weights, int width, QueryKeyNorm norms);

    /// x += attention(RMS(x)); stores the step's keys and values.
    void apply(Step &step) const;

private:
    void project(Step &step) const;
    void normalise(Step &step, const kernels::Tensor &weight, const kernels::Tensor &heads) const;
    void store(Step &step) const;
};

} // namespace conclave::engine
