#include "engine/model/blocks/self_attention.h"

#include "engine/model/blocks/sequence_attention.h"

#include <cmath>

namespace conclave::engine
{

using kernels::Tensor;

SelfAttention SelfAttention::load(WeightLoader &weights, const HyperParameters &hp, int layer, const Rope &rope, QueryKeyNorm norms)
{
    SelfAttention block;
    block.layer = layer;
    block.heads = hp.heads;
    block.kvHeads = hp.layerKvHeads[static_cast<std::size_t>(layer)];
    block.headDim = hp.headDim;
    block.rope = rope;
    block.epsilon = hp.epsilon;
    block.scale = hp.attentionScale;
    block.loadProjections(weights, hp.width);
    block.loadNorms(weights, hp.width, norms);
    return block;
}

void SelfAttention::loadProjections(WeightLoader &weights, int width)
{
    const std::string prefix = "blk." + std::to_string(layer) + ".attn_";
    const std::int64_t queryWidth = static_cast<std::int64_t>(heads) * headDim;
    const std::int64_t keyWidth = static_cast<std::int64_t>(kvHeads) * headDim;
    if (storesKeys && weights.has(prefix + "qkv.weight")) {
        const Tensor fused = weights.matrix(prefix + "qkv.weight", {queryWidth + 2 * keyWidth, width});
        const Tensor bias = weights.optionalFloats(prefix + "qkv.bias", {queryWidth + 2 * keyWidth});
        const auto part = [](const Tensor &of, std::int64_t from, std::int64_t count) { return of.empty() ? of : of.slice(from, count); };
        query = part(fused, 0, queryWidth);
        key = part(fused, queryWidth, keyWidth);
        value = part(fused, queryWidth + keyWidth, keyWidth);
        queryBias = part(bias, 0, queryWidth);
        keyBias = part(bias, queryWidth, keyWidth);
        valueBias = part(bias, queryWidth + keyWidth, keyWidth);
    } else {
        query = weights.matrix(prefix + "q.weight", {queryWidth, width});
        queryBias = weights.optionalFloats(prefix + "q.bias", {queryWidth});
        if (storesKeys) {
            key = weights.matrix(prefix + "k.weight", {keyWidth, width});
            keyBias = weights.optionalFloats(prefix + "k.bias", {keyWidth});
        }
        if (storesKeys && !keysAreValues) {
            value = weights.matrix(prefix + "v.weight", {keyWidth, width});
            valueBias = weights.optionalFloats(prefix + "v.bias", {keyWidth});
        }
    }
    output = weights.matrix(prefix + "output.weight", {width, queryWidth});
    outputBias = weights.optionalFloats(prefix + "output.bias", {width});
}

void SelfAttention::loadNorms(WeightLoader &weights, int width, QueryKeyNorm norms)
{
    const std::string prefix = "blk." + std::to_string(layer) + ".attn_";
    norm = weights.floats(prefix + "norm.weight", {width});
    if (norms == QueryKeyNorm::kNone || (norms == QueryKeyNorm::kHeadsOrNone && !weights.has(prefix + "q_norm.weight")))
        return;
    const bool row = norms == QueryKeyNorm::kRow;
    queryNorm = weights.floats(prefix + "q_norm.weight", {row ? heads * headDim : headDim});
    if (storesKeys)
        keyNorm = weights.floats(prefix + "k_norm.weight", {row ? kvHeads * headDim : headDim});
}

void SelfAttention::project(Step &step) const
{
    Ops &ops = step.ops;
    Scratch &s = step.scratch;
    const std::int64_t keyWidth = static_cast<std::int64_t>(kvHeads) * headDim;
    const Tensor h = step.rows(s.h);
    ops.rmsNorm(norm, step.rows(s.x), h, epsilon);
    ops.linear(query, h, step.packed(s.query, static_cast<std::int64_t>(heads) * headDim), queryBias);
    if (!storesKeys)
        return;
    ops.linear(key, h, step.packed(s.key, keyWidth), keyBias);
    if (keysAreValues)
        ops.copy(step.packed(s.key, keyWidth), step.packed(s.value, keyWidth));
    else
        ops.linear(value, h, step.packed(s.value, keyWidth), valueBias);
}

void SelfAttention::normalise(Step &step, const Tensor &weight, const Tensor &heads) const
{
    if (weight.empty())
        return;
    if (weight.shape[0] == headDim) {
        step.ops.headNorm(weight, heads, epsilon);
        return;
    }
    const Tensor rows = heads.reshaped({heads.shape[0], heads.shape[1] * heads.shape[2]});
    step.ops.rmsNorm(weight, rows, rows, epsilon);
}

void SelfAttention::store(Step &step) const
{
    const Tensor keys = step.packed(step.scratch.key, kvHeads, headDim);
    const Tensor values = step.packed(step.scratch.value, kvHeads, headDim);
    normalise(step, keyNorm, keys);
    rope.apply(step, keys);
    if (normaliseValues)
        step.ops.headNorm({}, values, epsilon);
    storeKeys(step, layer, keys, values);
}

void SelfAttention::apply(Step &step) const
{
    Ops &ops = step.ops;
    Scratch &s = step.scratch;
    const Tensor queries = step.packed(s.query, heads, headDim);
    project(step);
    normalise(step, queryNorm, queries);
    rope.apply(step, queries);
    if (storesKeys)
        store(step);

    kernels::AttentionArgs attention;
    attention.query = queries;
    attention.out = step.packed(s.attended, heads, headDim);
    attention.scale = scale;
    attention.window = window;
    attention.sinks = sinks;
    attend(step, layer, attention);

    const Tensor attended = step.packed(s.attended, static_cast<std::int64_t>(heads) * headDim);
    if (outputNorm.empty()) {
        ops.linearAdd(output, attended, step.rows(s.x), outputBias);
        return;
    }
    const Tensor y = step.rows(s.y);
    ops.linear(output, attended, y, outputBias);
    ops.rmsNorm(outputNorm, y, y, epsilon);
    ops.add(y, step.rows(s.x));
}

} // namespace conclave::engine
