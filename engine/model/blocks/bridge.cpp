#include "engine/model/blocks/bridge.h"

#include <cmath>

namespace conclave::engine
{

using kernels::Queue;
using kernels::Tensor;

Bridge Bridge::load(WeightLoader &weights, const HyperParameters &hp, int layer, int memoryWidth)
{
    const std::string prefix = "blk." + std::to_string(layer) + ".bridge_";
    const std::int64_t queryWidth = static_cast<std::int64_t>(hp.heads) * hp.headDim;
    const std::int64_t keyWidth = static_cast<std::int64_t>(hp.kvHeads) * hp.headDim;
    Bridge bridge;
    bridge.norm = weights.floats(prefix + "norm.weight", {hp.width});
    bridge.query = weights.matrix(prefix + "q.weight", {queryWidth, hp.width});
    bridge.key = weights.matrix(prefix + "k.weight", {keyWidth, memoryWidth});
    bridge.value = weights.matrix(prefix + "v.weight", {keyWidth, memoryWidth});
    bridge.output = weights.matrix(prefix + "output.weight", {hp.width, queryWidth});
    bridge.queryNorm = weights.floats(prefix + "q_norm.weight", {hp.headDim});
    bridge.keyNorm = weights.floats(prefix + "k_norm.weight", {hp.headDim});
    bridge.gate = weights.matrix(prefix + "gate.weight", {hp.heads, hp.width});
    bridge.gateBias = weights.floats(prefix + "gate.bias", {hp.heads});
    bridge.epsilon = hp.epsilon;
    bridge.scale = 1.0F / std::sqrt(static_cast<float>(hp.headDim));
    return bridge;
}

void Bridge::remember(Ops &ops, const Tensor &memory, const ImageMemory::LayerKv &out) const
{
    const std::int64_t tokens = memory.shape[0];
    ops.linear(key, memory, out.keys.reshaped({tokens, key.shape[0]}));
    ops.headNorm(keyNorm, out.keys, epsilon);
    ops.linear(value, memory, out.values.reshaped({tokens, value.shape[0]}));
}

void Bridge::apply(Step &step, int layer) const
{
    if (step.image == nullptr)
        return;
    Ops &ops = step.ops;
    Scratch &s = step.scratch;
    const Tensor x = step.rows(s.x);
    const Tensor h = step.rows(s.h);
    const Tensor attended = step.rows(s.attended);
    const Tensor gates = step.rows(s.headGates);
    const ImageMemory::LayerKv &image = step.image->layer(layer);

    ops.rmsNorm(norm, x, h, epsilon);
    ops.linear(query, h, step.flat(s.query));
    ops.headNorm(queryNorm, step.rows(s.query), epsilon);
    kernels::AttentionArgs attention;
    attention.query = step.rows(s.query);
    attention.cache.keys = image.keys;
    attention.cache.values = image.values;
    attention.out = attended;
    attention.length = step.image->tokens();
    attention.causal = false;
    attention.scale = scale;
    ops.run(&Queue::attention, attention);
    ops.linearExact(gate, h, gates, gateBias);
    ops.run(&Queue::headGate, kernels::HeadGateArgs{gates, attended});
    ops.linearAdd(output, step.flat(s.attended), x);
}

} // namespace conclave::engine
