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
    return block;
}

void FeedForward::apply(Step &step) const
{
    // The scratch is as wide as the widest feed-forward; a narrower one uses the same memory packed.
    const std::int64_t hidden = gate.shape[0];
    const Tensor h = step.rows(step.scratch.h);
    const Tensor gated = Tensor::packed(kernels::DType::kF32, {step.tokens, hidden}, step.scratch.gate.buffer);
    const Tensor raised = Tensor::packed(kernels::DType::kF32, {step.tokens, hidden}, step.scratch.up.buffer);
    step.ops.linear(gate, h, gated);
    step.ops.linear(up, h, raised);
    step.ops.swiglu(gated, raised, gated);
    step.ops.linearAdd(down, gated, step.rows(step.scratch.x));
}

} // namespace conclave::engine
