#include "engine/model/blocks/bridge.h"

#include <algorithm>
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

/// Neighbours that see go together: usually all or none.
void Bridge::apply(Step &step, int layer) const
{
    const auto sees = [](const StepSequence &sequence) { return sequence.image != nullptr; };
    auto at = step.sequences.begin();
    while ((at = std::find_if(at, step.sequences.end(), sees)) != step.sequences.end()) {
        const auto end = std::find_if_not(at, step.sequences.end(), sees);
        look(step, std::span(at, end), layer);
        at = end;
    }
}

void Bridge::look(Step &step, std::span<const StepSequence> sequences, int layer) const
{
    Ops &ops = step.ops;
    Scratch &s = step.scratch;
    const std::int64_t row = sequences.front().row;
    const std::int64_t count = sequences.back().row + sequences.back().tokens - row;
    const auto part = [&](const Tensor &tensor) { return tensor.slice(row, count); };
    const auto flat = [&](const Tensor &tensor) { return part(tensor).reshaped({count, tensor.shape[1] * tensor.shape[2]}); };
    const Tensor h = part(s.h);

    ops.rmsNorm(norm, part(s.x), h, epsilon);
    ops.linear(query, h, flat(s.query));
    ops.headNorm(queryNorm, part(s.query), epsilon);
    for (const StepSequence &sequence : sequences) {
        kernels::AttentionArgs attention;
        attention.query = sequence.rows(s.query);
        attention.cache.keys = sequence.image->layer(layer).keys;
        attention.cache.values = sequence.image->layer(layer).values;
        attention.out = sequence.rows(s.attended);
        attention.length = sequence.image->tokens();
        attention.causal = false;
        attention.scale = scale;
        ops.run(&Queue::attention, attention);
    }
    ops.linearExact(gate, h, part(s.headGates), gateBias);
    ops.run(&Queue::headGate, kernels::HeadGateArgs{part(s.headGates), part(s.attended)});
    ops.linearAdd(output, flat(s.attended), part(s.x));
}

} // namespace conclave::engine
