#include "engine/model/blocks/moe.h"

#include "engine/model/blocks/divided_experts.h"
#include "engine/model/blocks/stand_in_experts.h"
#include "engine/model/blocks/streamed_experts.h"

namespace conclave::engine
{

using kernels::Queue;
using kernels::Tensor;

namespace
{

ExpertTensors loadExperts(WeightLoader &weights, const std::string &prefix, std::int64_t experts, std::int64_t width, std::int64_t hidden)
{
    ExpertTensors tensors;
    if (weights.has(prefix + "gate_up_exps.weight")) {
        const Tensor fused = weights.matrix(prefix + "gate_up_exps.weight", {experts, 2 * hidden, width});
        const auto part = [&](std::int64_t from) {
            Tensor half = fused; // rows from .. from + hidden - 1 of every expert
            half.shape[1] = hidden;
            half.offset += static_cast<std::size_t>(from * fused.strideBytes[1]);
            return half;
        };
        if (!fused.empty()) {
            tensors.gate = part(0);
            tensors.up = part(hidden);
        }
    } else {
        tensors.gate = weights.matrix(prefix + "gate_exps.weight", {experts, hidden, width});
        tensors.up = weights.matrix(prefix + "up_exps.weight", {experts, hidden, width});
    }
    tensors.down = weights.matrix(prefix + "down_exps.weight", {experts, width, hidden});
    tensors.gateBias = weights.optionalFloats(prefix + "gate_exps.bias", {experts, hidden});
    tensors.upBias = weights.optionalFloats(prefix + "up_exps.bias", {experts, hidden});
    tensors.downBias = weights.optionalFloats(prefix + "down_exps.bias", {experts, width});
    return tensors;
}

bool streams(const Step &step, int layer)
{
    return step.streamed != nullptr && step.streamed->streams(layer);
}

bool divides(const Step &step, int layer)
{
    return step.divided != nullptr && step.divided->divides(layer);
}

} // namespace

Moe Moe::load(WeightLoader &weights, ExpertStore &store, int layer, const RouterConfig &config, int width, int hidden)
{
    const std::string block = "blk." + std::to_string(layer) + ".";
    const std::string prefix = block + "ffn_";
    const std::int64_t experts = config.experts;
    Moe moe;
    moe.gateInput = weights.matrix(prefix + "gate_inp.weight", {experts, width});
    moe.gateBias = weights.optionalFloats(prefix + "gate_inp.bias", {experts});
    moe.router = Router(config, weights.optionalFloats(block + "exp_probs_b.bias", {experts}), 0.0F);
    const ExpertTensors tensors = loadExperts(weights, prefix, experts, width, hidden);
    store.place(layer, tensors, liesAway(tensors.gate) ? ExpertPlace::kDevice : ExpertPlace::kMapped, moe.gateInput);
    return moe;
}

Routing Moe::route(Step &step, int layer, const Tensor &seen) const
{
    const Routing &places = step.scratch.routings[static_cast<std::size_t>(layer)];
    const Routing routing{step.rows(places.experts), step.rows(places.weights), step.rows(places.margins)};
    const Tensor logits = step.rows(step.scratch.routerLogits);
    step.ops.linearExact(gateInput, seen, logits, gateBias);
    kernels::RouterArgs args = router.args(logits, routing, fixedExperts.empty() ? step.expertShare : 1.0F);
    args.fixedExperts = fixedExperts;
    if (!fixedExperts.empty())
        args.tokens = step.ids;
    step.ops.run(&Queue::router, args);
    if (divides(step, layer)) {
        const auto left = step.divided->begin(step, layer, routing);
        if (streams(step, layer) && step.ops.ok())
            step.streamed->begin(step, layer, *this, seen, left);
    } else if (streams(step, layer)) {
        step.streamed->begin(step, layer, *this, seen, routing);
    }
    return routing;
}

void Moe::addExperts(Step &step, const ExpertStore &store, int layer, const Routing &routing, const Tensor &h, const Tensor &out) const
{
    kernels::MoeFeedForwardArgs args;
    args.in = h;
    args.experts = routing.experts;
    args.weights = routing.weights;
    args.out = out;
    args.activation = activation;
    args.limit = limit;
    if (step.divided != nullptr && step.divided->has(layer))
        step.divided->compute(step, layer, args, [&](const kernels::MoeFeedForwardArgs &left) { addHere(step, store, layer, left); });
    else
        addHere(step, store, layer, args);
}

/// Those that are in memory, or come there.
void Moe::addHere(Step &step, const ExpertStore &store, int layer, kernels::MoeFeedForwardArgs args)
{
    if (streams(step, layer)) {
        step.streamed->compute(step, layer, args);
        return;
    }
    useExperts(store.layer(layer), args);
    if (step.standIns != nullptr)
        step.standIns->replace(step, args);
    step.ops.moeFeedForward(args);
}

void Moe::apply(Step &step, const ExpertStore &store, int layer) const
{
    const Tensor h = step.rows(step.scratch.h);
    addExperts(step, store, layer, route(step, layer, h), h, step.rows(step.scratch.x));
    if (shared)
        shared->apply(step);
}

} // namespace conclave::engine
