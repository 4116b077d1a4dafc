#include "engine/model/blocks/moe.h"

namespace conclave::engine
{

using kernels::Queue;
using kernels::Tensor;

Moe Moe::load(WeightLoader &weights, ExpertStore &store, int layer, const RouterConfig &config, int width, int hidden)
{
    const std::string prefix = "blk." + std::to_string(layer) + ".ffn_";
    const std::int64_t experts = config.experts;
    Moe block;
    block.gateInput = weights.matrix(prefix + "gate_inp.weight", {experts, width});
    block.router = Router(config, {}, 0.0F);
    ExpertTensors tensors;
    tensors.gate = weights.matrix(prefix + "gate_exps.weight", {experts, hidden, width});
    tensors.up = weights.matrix(prefix + "up_exps.weight", {experts, hidden, width});
    tensors.down = weights.matrix(prefix + "down_exps.weight", {experts, width, hidden});
    store.place(layer, tensors, ExpertPlace::kMapped);
    return block;
}

void Moe::apply(Step &step, const ExpertStore &store, int layer) const
{
    Scratch &s = step.scratch;
    const Routing &places = s.routings[static_cast<std::size_t>(layer)];
    const Routing routing{step.rows(places.experts), step.rows(places.weights), step.rows(places.margins)};
    const Tensor h = step.rows(s.h);
    const Tensor logits = step.rows(s.routerLogits);

    step.ops.linearExact(gateInput, h, logits);
    step.ops.run(&Queue::router, router.args(logits, routing));

    const ExpertTensors &experts = store.layer(layer);
    kernels::MoeFeedForwardArgs args;
    args.in = h;
    args.gate = experts.gate;
    args.up = experts.up;
    args.down = experts.down;
    args.experts = routing.experts;
    args.weights = routing.weights;
    args.out = step.rows(s.x);
    step.ops.moeFeedForward(args);
    if (shared)
        shared->apply(step);
}

} // namespace conclave::engine
