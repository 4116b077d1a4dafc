#pragma once

#include "engine/model/blocks/compressor.h"
#include "engine/model/blocks/rope.h"
#include "engine/model/hyper_parameters.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

#include <optional>

/// DeepSeek V4's attention: one row a position is key and value of all heads; near positions are seen as they are, far ones through
/// compressed rows, of which an indexer chooses the ones that matter.
namespace conclave::engine
{

/// Keys `attention.*` of a model; what layers have in common.
struct CompressedAttentionSizes
{
    int lowRank = 0;         ///< q, width of the queries before they are projected up
    int window = 0;          ///< positions seen as they are
    int groups = 0;          ///< G, of heads in the output projection; divides H
    int groupRank = 0;       ///< values a group is projected to
    int indexHeads = 0;      ///< of the indexer; 0 where no layer has one
    int indexWidth = 0;      ///< of its heads
    int indexTop = 0;        ///< rows it chooses for a query
    std::vector<int> ratios; ///< [L] positions a compressed row stands for; 0: the layer has none
    Rope plainRope;          ///< of layers without compressed rows
    Rope compressedRope;     ///< of those with them

    static CompressedAttentionSizes read(MetadataKeys &keys, const HyperParameters &hp);
    /// True when the layer's rows pass an indexer: those that stand for few positions are many.
    bool hasIndexer(int layer) const { return Compressor::overlaps(ratios[static_cast<std::size_t>(layer)]); }
    KvLayerShape cacheShape(int layer, int headDim) const;
    void addScratch(ScratchSizes &sizes, int headDim) const;
};

/// Chooses rows for queries: the lightning indexer. (Its Hadamard rotation of queries and keys only serves rounding to 4 bits, which
/// nothing here does: it would change no score.)
struct Indexer
{
    int heads = 0;
    int width = 0;
    int top = 0;
    Rope rope;
    kernels::Tensor queries; ///< [Hi*wi, q]
    kernels::Tensor weights; ///< [Hi, d] of a query's heads
    Compressor compressor;   ///< of its keys

    /// Takes the step in.
    void apply(Step &step) const;
    /// Then of each sequence: the chosen rows [its tokens, top] I32 of each query, or an empty tensor when all that are visible may be
    /// seen.
    kernels::Tensor choose(Step &step, const StepSequence &sequence) const;

private:
    bool mustChoose(const StepSequence &sequence) const { return sequence.end() / compressor.ratio > top; }
};

struct CompressedAttention
{
    int layer = 0; ///< its place in the cache
    int heads = 0;
    int headDim = 0;
    int window = 0;
    Rope rope; ///< turns the last values of a head
    float epsilon = 1e-6F;
    float scale = 1.0F;

    kernels::Tensor queryDown; ///< [q, d]
    kernels::Tensor queryNorm; ///< [q]
    kernels::Tensor queryUp;   ///< [H*hd, q]
    kernels::Tensor row;       ///< [hd, d] keys that are values too
    kernels::Tensor rowNorm;   ///< [hd]
    kernels::Tensor sinks;     ///< [H]
    kernels::Tensor groups;    ///< [G, r, H/G*hd]
    kernels::Tensor output;    ///< [d, G*r]
    std::optional<Compressor> compressor;
    std::optional<Indexer> indexer;

    static CompressedAttention load(WeightLoader &weights, const HyperParameters &hp, const CompressedAttentionSizes &sizes, int layer);
    /// out [T, d] = attention(h), where h is the step's normalised input; stores its rows.
    void apply(Step &step, const kernels::Tensor &out) const;

private:
    void project(Step &step) const;
    void attendFrom(Step &step, const StepSequence &sequence) const;
    kernels::Tensor turned(const kernels::Tensor &heads) const { return heads.columns(headDim - rope.dims, rope.dims); }
};

} // namespace conclave::engine
