#include "engine/model/blocks/compressed_attention.h"

#include "engine/model/blocks/sequence_attention.h"

#include <algorithm>

namespace conclave::engine
{

using kernels::Queue;
using kernels::Tensor;

CompressedAttentionSizes CompressedAttentionSizes::read(MetadataKeys &keys, const HyperParameters &hp)
{
    CompressedAttentionSizes sizes;
    if (hp.kvHeads != 1)
        keys.refuse("attention.head_count_kv", "is not 1, which this architecture needs");
    sizes.lowRank = keys.required("attention.q_lora_rank", 1, 1 << 17);
    sizes.window = keys.required("attention.sliding_window", 1, 1 << 30);
    sizes.groups = keys.required("attention.output_group_count", 1, hp.heads);
    sizes.groupRank = keys.required("attention.output_lora_rank", 1, 1 << 17);
    if (hp.heads % sizes.groups != 0)
        keys.refuse("attention.output_group_count", "does not divide the " + std::to_string(hp.heads) + " attention heads");
    if (!keys.has("attention.compress_ratios"))
        keys.required("attention.compress_ratios", 0, 0);
    sizes.ratios = keys.perLayer("attention.compress_ratios", hp.layers, 0, 1 << 16, 0);
    sizes.plainRope = {kernels::RopePairing::kNorm, hp.ropeDims, hp.ropeBase, {}, 1.0F};
    if (std::any_of(sizes.ratios.begin(), sizes.ratios.end(), [](int ratio) { return ratio > 0; })) {
        const float base = keys.requiredNumber("attention.compress_rope_freq_base", 1.0, 1e12);
        sizes.compressedRope = {kernels::RopePairing::kNorm, hp.ropeDims, base, ropeDivisors(hp.ropeScaling, hp.ropeDims, base), 1.0F};
    }
    if (std::any_of(sizes.ratios.begin(), sizes.ratios.end(), [](int ratio) { return Compressor::overlaps(ratio); })) {
        sizes.indexHeads = keys.required("attention.indexer.head_count", 1, 1024);
        sizes.indexWidth = keys.required("attention.indexer.key_length", hp.ropeDims, 1024);
        sizes.indexTop = keys.required("attention.indexer.top_k", 1, 1 << 16);
    }
    return sizes;
}

KvLayerShape CompressedAttentionSizes::cacheShape(int layer, int headDim) const
{
    const int ratio = ratios[static_cast<std::size_t>(layer)];
    KvLayerShape shape;
    shape.kvHeads = 1;
    shape.keyWidth = headDim;
    shape.valueWidth = headDim;
    shape.valuesInKeys = true;
    shape.window = window;
    if (ratio > 0)
        Compressor::addTo(shape, ratio, headDim);
    if (hasIndexer(layer))
        Compressor::addTo(shape, ratio, indexWidth);
    return shape;
}

void CompressedAttentionSizes::addScratch(ScratchSizes &sizes, int headDim) const
{
    sizes.lowRank = lowRank;
    sizes.groupedOutput = groups * groupRank;
    for (std::size_t i = 0; i < ratios.size(); ++i) {
        if (ratios[i] == 0)
            continue;
        const std::int64_t columns = Compressor::columns(ratios[i], std::max(headDim, hasIndexer(static_cast<int>(i)) ? indexWidth : 0));
        sizes.compressed = std::max(sizes.compressed, static_cast<int>(columns));
    }
    sizes.indexQueries = indexHeads * indexWidth;
    sizes.indexHeads = indexHeads;
    sizes.indexTop = indexTop;
}

void Indexer::apply(Step &step) const
{
    Ops &ops = step.ops;
    const Scratch::Compressed &s = step.scratch.compressed;
    compressor.apply(step);
    if (std::none_of(step.sequences.begin(), step.sequences.end(), [this](const StepSequence &each) { return mustChoose(each); }))
        return;
    const Tensor query = step.packed(s.indexQueries, heads, width);
    ops.linear(queries, step.rows(step.scratch.lowRank), step.rows(s.indexQueries));
    rope.apply(step, query.columns(width - rope.dims, rope.dims));
    // A common factor of the weights would change no choice.
    ops.linearExact(weights, step.rows(step.scratch.h), step.rows(s.indexWeights));
}

Tensor Indexer::choose(Step &step, const StepSequence &sequence) const
{
    if (!mustChoose(sequence))
        return {};
    const Scratch::Compressed &s = step.scratch.compressed;
    kernels::ChooseRowsArgs args;
    args.query = sequence.rows(step.packed(s.indexQueries, heads, width));
    args.weights = sequence.rows(s.indexWeights);
    args.keys = sequence.cache.rows(compressor.layer, compressor.which);
    args.chosen = sequence.rows(s.chosen);
    args.first = sequence.first;
    args.ratio = compressor.ratio;
    step.ops.run(&Queue::chooseRows, args);
    return args.chosen;
}

CompressedAttention CompressedAttention::load(WeightLoader &weights, const HyperParameters &hp, const CompressedAttentionSizes &sizes,
                                              int layer)
{
    const std::string prefix = "blk." + std::to_string(layer) + ".";
    const std::int64_t queryWidth = static_cast<std::int64_t>(hp.heads) * hp.headDim;
    const std::int64_t outputs = static_cast<std::int64_t>(sizes.groups) * sizes.groupRank;
    const int ratio = sizes.ratios[static_cast<std::size_t>(layer)];
    CompressedAttention block;
    block.layer = layer;
    block.heads = hp.heads;
    block.headDim = hp.headDim;
    block.window = sizes.window;
    block.rope = ratio > 0 ? sizes.compressedRope : sizes.plainRope;
    block.epsilon = hp.epsilon;
    block.scale = hp.attentionScale;
    block.queryDown = weights.matrix(prefix + "attn_q_a.weight", {sizes.lowRank, hp.width});
    block.queryNorm = weights.floats(prefix + "attn_q_a_norm.weight", {sizes.lowRank});
    block.queryUp = weights.matrix(prefix + "attn_q_b.weight", {queryWidth, sizes.lowRank});
    block.row = weights.matrix(prefix + "attn_kv.weight", {hp.headDim, hp.width});
    block.rowNorm = weights.floats(prefix + "attn_kv_a_norm.weight", {hp.headDim});
    block.sinks = weights.floats(prefix + "attn_sinks.weight", {hp.heads});
    // Files have the groups' matrices one below the other, or as an axis of their own.
    const std::string grouped = prefix + "attn_output_a.weight";
    block.groups = weights.rankOf(grouped) == 3 ? weights.matrix(grouped, {sizes.groups, sizes.groupRank, queryWidth / sizes.groups})
                                                : weights.matrix(grouped, {outputs, queryWidth / sizes.groups});
    block.groups = block.groups.reshaped({sizes.groups, sizes.groupRank, queryWidth / sizes.groups});
    block.output = weights.matrix(prefix + "attn_output_b.weight", {hp.width, outputs});
    if (ratio == 0)
        return block;

    Compressor compressor;
    compressor.layer = layer;
    compressor.ratio = ratio;
    compressor.width = hp.headDim;
    compressor.rope = block.rope;
    compressor.epsilon = hp.epsilon;
    block.compressor = compressor;
    block.compressor->load(weights, prefix + "attn_compressor_", hp.width);
    if (!sizes.hasIndexer(layer))
        return block;
    Indexer indexer;
    indexer.heads = sizes.indexHeads;
    indexer.width = sizes.indexWidth;
    indexer.top = sizes.indexTop;
    indexer.rope = block.rope;
    indexer.compressor = compressor;
    indexer.queries =
        weights.matrix(prefix + "indexer.attn_q_b.weight", {static_cast<std::int64_t>(sizes.indexHeads) * sizes.indexWidth, sizes.lowRank});
    indexer.weights = weights.matrix(prefix + "indexer.proj.weight", {sizes.indexHeads, hp.width});
    indexer.compressor.which = 1;
    indexer.compressor.width = sizes.indexWidth;
    indexer.compressor.load(weights, prefix + "indexer_compressor_", hp.width);
    block.indexer = std::move(indexer);
    return block;
}

void CompressedAttention::project(Step &step) const
{
    Ops &ops = step.ops;
    Scratch &s = step.scratch;
    const Tensor h = step.rows(s.h);
    const Tensor lowRank = step.rows(s.lowRank);
    const Tensor query = step.packed(s.query, heads, headDim);
    const Tensor rows = step.packed(s.key, 1, headDim);
    ops.linear(queryDown, h, lowRank);
    ops.rmsNorm(queryNorm, lowRank, lowRank, epsilon);
    ops.linear(queryUp, lowRank, step.packed(s.query, queryUp.shape[0]));
    ops.headNorm({}, query, epsilon);
    rope.apply(step, turned(query));
    ops.linear(row, h, step.packed(s.key, headDim));
    ops.headNorm(rowNorm, rows, epsilon);
    rope.apply(step, turned(rows));
    storeKeys(step, layer, rows, {});
}

void CompressedAttention::attendFrom(Step &step, const StepSequence &sequence) const
{
    kernels::AttentionArgs args;
    args.query = step.packed(step.scratch.query, heads, headDim);
    args.out = step.packed(step.scratch.attended, heads, headDim);
    args.scale = scale;
    args.window = window;
    args.sinks = sinks;
    if (compressor) {
        const Tensor &rows = sequence.cache.rows(layer, compressor->which);
        args.compressed.cache.keys = rows.reshaped({rows.shape[0], 1, headDim});
        args.compressed.cache.values = args.compressed.cache.keys;
        args.compressed.ratio = compressor->ratio;
        args.compressed.chosen = indexer ? indexer->choose(step, sequence) : Tensor{};
    }
    attend(step, sequence, layer, args);
}

void CompressedAttention::apply(Step &step, const Tensor &out) const
{
    Ops &ops = step.ops;
    Scratch &s = step.scratch;
    project(step);
    if (compressor)
        compressor->apply(step);
    if (indexer)
        indexer->apply(step);
    for (const StepSequence &sequence : step.sequences)
        attendFrom(step, sequence);
    // Values carry the rotation of their own position: turned back by the query's, what remains is the distance.
    rope.applyInverse(step, turned(step.packed(s.attended, heads, headDim)));
    const std::int64_t count = groups.shape[0];
    ops.groupedLinear(groups, step.packed(s.attended, count, groups.shape[2]), step.packed(s.compressed.grouped, count, groups.shape[1]));
    ops.linear(output, step.rows(s.compressed.grouped), out);
}

} // namespace conclave::engine
