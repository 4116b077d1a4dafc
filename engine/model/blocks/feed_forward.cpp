#include "engine/model/blocks/feed_forward.h"

namespace conclave::engine
{

using kernels::Tensor;

FeedForward FeedForward::load(WeightLoader &weights, const std::string &prefix, const std::string &suffix, int width, int hidden)
{
    FeedForward block;
    block.gate = weights.matrix(prefix + "gate" + suffix + ".weight", {hidden, width});
    block.up = weights.matrix(prefix + "up" + suffix + ".weight", {hidden, width});
    block.down = weights.matrix(prefix + "down" + suffix + ".weight", {width, hidden});
    block.gateBias = weights.optionalFloats(prefix + "gate" + suffix + ".bias", {hidden});
    block.upBias = weights.optionalFloats(prefix + "up" + suffix + ".bias", {hidden});
    block.downBias = weights.optionalFloats(prefix + "down" + suffix + ".bias", {width});
    return block;
}

Tensor FeedForward::gatedHidden(Step &step, const Tensor &h) const
{
    const std::int64_t hidden = gate.shape[0];
    const Tensor gated = step.packed(step.scratch.gate, hidden);
    const Tensor raised = step.packed(step.scratch.up, hidden);
    step.ops.linear(gate, h, gated, gateBias);
    step.ops.linear(up, h, raised, upBias);
    step.ops.gated(activation, gated, raised, gated, limit);
    if (!share.empty()) {
        const Tensor shares = step.packed(step.scratch.headGates, 1);
        step.ops.linearExact(share, h, shares);
        step.ops.run(&kernels::Queue::headGate, kernels::HeadGateArgs{shares, gated.reshaped({step.tokens, 1, hidden})});
    }
    return gated;
}

void FeedForward::apply(Step &step) const
{
    step.ops.linearAdd(down, gatedHidden(step, step.rows(step.scratch.h)), step.rows(step.scratch.x), downBias);
}

void FeedForward::compute(Step &step, const Tensor &h, const Tensor &out) const
{
    step.ops.linear(down, gatedHidden(step, h), out, downBias);
}

} // namespace conclave::engine
