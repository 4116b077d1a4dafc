#include "engine/model/blocks/delta_net.h"

namespace conclave::engine
{

using kernels::Queue;
using kernels::Tensor;

namespace
{

/// Columns from .. of a packed matrix [T, n] as heads [T, count, width].
Tensor headsAt(const Tensor &matrix, std::int64_t from, std::int64_t count, std::int64_t width)
{
    Tensor heads = Tensor::packed(matrix.dtype, {matrix.shape[0], count, width}, matrix.buffer, matrix.offset);
    heads.strideBytes[0] = matrix.strideBytes[0];
    heads.offset += static_cast<std::size_t>(from) * sizeof(float);
    return heads;
}

} // namespace

DeltaNetSizes DeltaNetSizes::read(MetadataKeys &keys)
{
    DeltaNetSizes sizes;
    sizes.taps = keys.required("ssm.conv_kernel", 2, 64);
    sizes.width = keys.required("ssm.state_size", 1, 1024);
    sizes.heads = keys.required("ssm.time_step_rank", 1, 1024);
    sizes.keyHeads = keys.required("ssm.group_count", 1, 1024);
    const int inner = keys.required("ssm.inner_size", 1, 1 << 20);
    if (inner != sizes.values())
        keys.refuse("ssm.inner_size", "is not that of " + std::to_string(sizes.heads) + " heads of " + std::to_string(sizes.width));
    if (sizes.heads % sizes.keyHeads != 0)
        keys.refuse("ssm.group_count", "does not divide the " + std::to_string(sizes.heads) + " heads");
    return sizes;
}

KvLayerShape DeltaNetSizes::cacheShape() const
{
    KvLayerShape shape;
    shape.states = {static_cast<std::int64_t>(taps - 1) * mixed(), static_cast<std::int64_t>(values()) * width};
    return shape;
}

void DeltaNetSizes::addScratch(ScratchSizes &scratch) const
{
    scratch.deltaMixed = mixed();
    scratch.deltaValues = values();
    scratch.deltaHeads = heads;
}

DeltaNet DeltaNet::load(WeightLoader &weights, const DeltaNetSizes &sizes, int layer, int width, float epsilon)
{
    const std::string block = "blk." + std::to_string(layer) + ".";
    DeltaNet net;
    net.layer = layer;
    net.sizes = sizes;
    net.epsilon = epsilon;
    net.mixed = weights.matrix(block + "attn_qkv.weight", {sizes.mixed(), width});
    net.filter = weights.floats(block + "ssm_conv1d.weight", {sizes.mixed(), sizes.taps});
    net.gate = weights.matrix(block + "attn_gate.weight", {sizes.values(), width});
    net.alpha = weights.matrix(block + "ssm_alpha.weight", {sizes.heads, width});
    net.beta = weights.matrix(block + "ssm_beta.weight", {sizes.heads, width});
    net.rate = weights.floats(block + "ssm_a", {sizes.heads});
    net.bias = weights.floats(block + "ssm_dt.bias", {sizes.heads});
    net.norm = weights.floats(block + "ssm_norm.weight", {sizes.width});
    net.output = weights.matrix(block + "ssm_out.weight", {width, sizes.values()});
    return net;
}

/// One sequence's rows of what was projected go through its states.
void DeltaNet::remember(Step &step, const StepSequence &sequence, const Tensor &out) const
{
    const Scratch::Delta &s = step.scratch.delta;
    const Tensor convolved = sequence.rows(s.convolved);
    const Tensor inputs = sequence.cache.state(layer, 0).reshaped({sizes.taps - 1, sizes.mixed()});
    step.ops.run(&Queue::causalConv,
                 kernels::CausalConvArgs{sequence.rows(s.mixed), filter, inputs, convolved, kernels::Activation::kSilu});
    kernels::GatedDeltaRuleArgs rule;
    rule.query = headsAt(convolved, 0, sizes.keyHeads, sizes.width);
    rule.key = headsAt(convolved, sizes.keys(), sizes.keyHeads, sizes.width);
    rule.value = headsAt(convolved, 2L * sizes.keys(), sizes.heads, sizes.width);
    rule.alpha = sequence.rows(s.alpha);
    rule.beta = sequence.rows(s.beta);
    rule.rate = rate;
    rule.bias = bias;
    rule.state = sequence.cache.state(layer, 1).reshaped({sizes.heads, sizes.width, sizes.width});
    rule.out = sequence.rows(out);
    rule.epsilon = epsilon;
    step.ops.run(&Queue::gatedDeltaRule, rule);
}

void DeltaNet::keepStates(Step &step, const StepSequence &sequence) const
{
    const auto keep = [&](int which, std::int64_t rows) {
        const Tensor &state = sequence.cache.state(layer, which);
        const std::int64_t width = state.shape[0] / rows;
        step.ops.copy(state.reshaped({rows, width}), sequence.cache.keptState(layer, which).reshaped({rows, width}));
    };
    keep(0, sizes.taps - 1);
    keep(1, sizes.heads);
}

void DeltaNet::apply(Step &step) const
{
    Ops &ops = step.ops;
    const Scratch::Delta &s = step.scratch.delta;
    const Tensor h = step.rows(step.scratch.h);
    const Tensor out = step.packed(s.out, sizes.heads, sizes.width);
    ops.linear(mixed, h, step.rows(s.mixed));
    ops.linearExact(alpha, h, step.rows(s.alpha));
    ops.linearExact(beta, h, step.rows(s.beta));
    for (const StepSequence &sequence : step.sequences) {
        if (sequence.kept == 0) {
            remember(step, sequence, out);
            continue;
        }
        remember(step, {sequence.cache, nullptr, sequence.row, sequence.kept, sequence.first}, out);
        keepStates(step, sequence);
        const std::int64_t rest = sequence.tokens - sequence.kept;
        remember(step, {sequence.cache, nullptr, sequence.row + sequence.kept, rest, sequence.first + sequence.kept}, out);
    }

    ops.headNorm(norm, out, epsilon);
    ops.linear(gate, h, step.rows(s.gate));
    ops.gated(kernels::Activation::kSilu, step.rows(s.gate), step.rows(s.out), step.rows(s.out));
    ops.linearAdd(output, step.rows(s.out), step.rows(step.scratch.x));
}

} // namespace conclave::engine
