#include "engine/model/blocks/self_attention.h"

#include <cmath>

namespace conclave::engine
{

using kernels::Queue;
using kernels::Tensor;

SelfAttention SelfAttention::load(WeightLoader &weights, const HyperParameters &hp, kernels::RopePairing pairing, bool headNorms)
{
    SelfAttention block;
    block.epsilon = hp.epsilon;
    block.scale = 1.0F / std::sqrt(static_cast<float>(hp.headDim));
    block.rope = {pairing, hp.ropeDims, hp.ropeBase, {}};
    if (hp.ropeFactor != 1.0F)
        block.rope.factors.assign(static_cast<std::size_t>(hp.ropeDims / 2), hp.ropeFactor);
    const std::int64_t queryWidth = static_cast<std::int64_t>(hp.heads) * hp.headDim;
    const std::int64_t keyWidth = static_cast<std::int64_t>(hp.kvHeads) * hp.headDim;
    for (int i = 0; i < hp.layers; ++i) {
        const std::string prefix = "blk." + std::to_string(i) + ".attn_";
        Layer layer;
        layer.norm = weights.floats(prefix + "norm.weight", {hp.width});
        layer.query = weights.matrix(prefix + "q.weight", {queryWidth, hp.width});
        layer.key = weights.matrix(prefix + "k.weight", {keyWidth, hp.width});
        layer.value = weights.matrix(prefix + "v.weight", {keyWidth, hp.width});
        layer.output = weights.matrix(prefix + "output.weight", {hp.width, queryWidth});
        if (headNorms) {
            layer.queryNorm = weights.floats(prefix + "q_norm.weight", {hp.headDim});
            layer.keyNorm = weights.floats(prefix + "k_norm.weight", {hp.headDim});
        }
        block.layers.push_back(layer);
    }
    return block;
}

void SelfAttention::rotate(Step &step, const Tensor &heads) const
{
    kernels::RopeArgs args;
    args.inout = heads;
    args.positions = step.positions;
    args.pairing = rope.pairing;
    args.dims = rope.dims;
    args.base = rope.base;
    args.factors = rope.factors;
    step.ops.run(&Queue::rope, args);
}

void SelfAttention::apply(Step &step, int index) const
{
    const Layer &layer = layers[static_cast<std::size_t>(index)];
    Ops &ops = step.ops;
    Scratch &s = step.scratch;
    const Tensor x = step.rows(s.x);
    const Tensor h = step.rows(s.h);
    const Tensor query = step.rows(s.query);
    const Tensor key = step.rows(s.key);

    ops.rmsNorm(layer.norm, x, h, epsilon);
    ops.linear(layer.query, h, step.flat(s.query));
    ops.linear(layer.key, h, step.flat(s.key));
    ops.linear(layer.value, h, step.flat(s.value));
    if (!layer.queryNorm.empty()) {
        ops.headNorm(layer.queryNorm, query, epsilon);
        ops.headNorm(layer.keyNorm, key, epsilon);
    }
    rotate(step, query);
    rotate(step, key);

    const kernels::KvView view = step.cache.view(index);
    ops.run(&Queue::kvStore, kernels::KvStoreArgs{key, step.rows(s.value), view, step.first});
    kernels::AttentionArgs attention;
    attention.query = query;
    attention.cache = view;
    attention.out = step.rows(s.attended);
    attention.first = step.first;
    attention.length = step.first + step.tokens;
    attention.scale = scale;
    ops.run(&Queue::attention, attention);
    ops.linearAdd(layer.output, step.flat(s.attended), x);
}

} // namespace conclave::engine
