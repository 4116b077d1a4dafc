#include "engine/model/blocks/gated_attention.h"

#include "engine/model/blocks/sequence_attention.h"

namespace conclave::engine
{

using kernels::Tensor;

GatedAttention GatedAttention::load(WeightLoader &weights, const HyperParameters &hp, int layer, const Rope &rope)
{
    const std::string prefix = "blk." + std::to_string(layer) + ".attn_";
    GatedAttention block;
    block.layer = layer;
    block.heads = hp.heads;
    block.kvHeads = hp.layerKvHeads[static_cast<std::size_t>(layer)];
    block.headDim = hp.headDim;
    block.rope = rope;
    block.epsilon = hp.epsilon;
    block.scale = hp.attentionScale;
    const std::int64_t queryWidth = static_cast<std::int64_t>(block.heads) * block.headDim;
    const std::int64_t keyWidth = static_cast<std::int64_t>(block.kvHeads) * block.headDim;
    block.query = weights.matrix(prefix + "q.weight", {2 * queryWidth, hp.width});
    block.key = weights.matrix(prefix + "k.weight", {keyWidth, hp.width});
    block.value = weights.matrix(prefix + "v.weight", {keyWidth, hp.width});
    block.output = weights.matrix(prefix + "output.weight", {hp.width, queryWidth});
    block.queryNorm = weights.floats(prefix + "q_norm.weight", {hp.headDim});
    block.keyNorm = weights.floats(prefix + "k_norm.weight", {hp.headDim});
    return block;
}

void GatedAttention::apply(Step &step) const
{
    Ops &ops = step.ops;
    Scratch &s = step.scratch;
    const Tensor h = step.rows(s.h);
    const Tensor both = step.packed(s.query, heads, 2 * headDim);
    const Tensor queries = both.columns(0, headDim);
    const Tensor gates = both.columns(headDim, headDim);
    const Tensor keys = step.packed(s.key, kvHeads, headDim);
    const Tensor values = step.packed(s.value, kvHeads, headDim);
    ops.linear(query, h, step.packed(s.query, query.shape[0]));
    ops.linear(key, h, step.packed(s.key, key.shape[0]));
    ops.linear(value, h, step.packed(s.value, value.shape[0]));
    ops.rmsNorm(queryNorm, queries, queries, epsilon);
    ops.rmsNorm(keyNorm, keys, keys, epsilon);
    rope.apply(step, queries);
    rope.apply(step, keys);
    storeKeys(step, layer, keys, values);

    const Tensor attended = step.packed(s.attended, heads, headDim);
    kernels::AttentionArgs attention;
    attention.query = queries;
    attention.out = attended;
    attention.scale = scale;
    attend(step, layer, attention);
    ops.gated(kernels::Activation::kSigmoid, gates, attended, attended);
    ops.linearAdd(output, step.packed(s.attended, output.shape[1]), step.rows(s.x));
}

} // namespace conclave::engine
