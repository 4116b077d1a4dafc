#include "engine/model/blocks/feed_forward_layer.h"

#include <algorithm>

namespace conclave::engine
{

RouterConfig FeedForwardPlan::routingOf(int layers) const
{
    for (int i = 0; i < layers; ++i) {
        if (hasExperts(i))
            return routing;
    }
    return {};
}

int FeedForwardPlan::widest(const HyperParameters &hp) const
{
    int widest = sharedFeedForward;
    for (int i = 0; i < hp.layers; ++i)
        widest = hasExperts(i) ? widest : std::max(widest, hp.layerFeedForward[static_cast<std::size_t>(i)]);
    return widest;
}

void FeedForwardPlan::readExperts(MetadataKeys &keys, const HyperParameters &hp, kernels::GatingScore score, bool normalise)
{
    if (hp.experts == 0 || !keys.ok())
        return;
    routing = readRouting(keys, hp, score, normalise);
    denseLayers = keys.optional("leading_dense_block_count", 0, hp.layers, 0);
    expertStep = keys.optional("interleave_moe_layer_step", 1, hp.layers, 1);
    if (shared == SharedExpert::kNone)
        return;
    const int byCount = keys.optional("expert_shared_count", 0, 64, 0) * hp.expertFeedForward;
    const int fallback = byCount == 0 && shared == SharedExpert::kGated ? hp.feedForward : byCount;
    sharedFeedForward = keys.optional("expert_shared_feed_forward_length", 0, 1 << 20, fallback);
}

FeedForwardLayer FeedForwardLayer::load(WeightLoader &weights, ExpertStore &store, const HyperParameters &hp, const FeedForwardPlan &plan,
                                        int layer)
{
    const std::string block = "blk." + std::to_string(layer) + ".";
    const int width = hp.width;
    FeedForwardLayer part;
    part.norm = weights.floats(block + plan.norm + ".weight", {width});
    if (!plan.hasExperts(layer)) {
        part.dense = FeedForward::load(weights, block + "ffn_", "", width, hp.layerFeedForward[static_cast<std::size_t>(layer)]);
        part.dense->activation = plan.activation;
        return part;
    }
    part.moe = Moe::load(weights, store, layer, plan.routing, width, hp.expertFeedForward);
    part.moe->activation = plan.activation;
    part.moe->limit = plan.limit;
    if (plan.sharedFeedForward > 0) {
        part.moe->shared = FeedForward::load(weights, block + "ffn_", "_shexp", width, plan.sharedFeedForward);
        part.moe->shared->activation = plan.activation;
        if (plan.shared == SharedExpert::kGated)
            part.moe->shared->share = weights.floats(block + "ffn_gate_inp_shexp.weight", {width}).reshaped({1, width});
    }
    return part;
}

void FeedForwardLayer::apply(Step &step, const ExpertStore &store, int layer, float epsilon) const
{
    step.ops.rmsNorm(norm, step.rows(step.scratch.x), step.rows(step.scratch.h), epsilon);
    if (dense)
        dense->apply(step);
    else
        moe->apply(step, store, layer);
}

} // namespace conclave::engine
