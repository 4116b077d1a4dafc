#pragma once

#include "engine/model/blocks/feed_forward.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"
#include "engine/moe/expert_store.h"
#include "engine/moe/router.h"

#include <optional>
#include <string>

namespace conclave::engine
{

/// One layer's routed experts: router, the experts where the store keeps them, and a shared expert where the family has one.
struct Moe
{
    kernels::Tensor gateInput; ///< [E, d] router matrix
    kernels::Tensor gateBias;  ///< [E] of the router, or empty
    kernels::Activation activation = kernels::Activation::kSilu;
    float limit = 0.0F;           ///< of gate and up, see kernels::GatedActivationArgs; 0: none
    kernels::Tensor fixedExperts; ///< [V, k] I32, experts of each token id (hash routing); empty: the router chooses
    Router router;
    std::optional<FeedForward> shared;

    /// Reads ffn_gate_inp and ffn_{gate,up,down}_exps of `layer`, gate and up separate or fused as ffn_gate_up_exps, biases and the load
    /// bias exp_probs_b where the file has them; places the experts in `store`.
    static Moe load(WeightLoader &weights, ExpertStore &store, int layer, const RouterConfig &config, int width, int hidden);
    /// x += sum of the chosen experts' weighted outputs for h (+ shared expert); notes the routing in the scratch.
    void apply(Step &step, const ExpertStore &store, int layer) const;
    /// Chooses experts by what the router sees [T, d]. Where experts come from disk, they are on their way then.
    Routing route(Step &step, int layer, const kernels::Tensor &seen) const;
    /// out += the chosen experts' sum for h; without the shared expert.
    void addExperts(Step &step, const ExpertStore &store, int layer, const Routing &routing, const kernels::Tensor &h,
                    const kernels::Tensor &out) const;

private:
    static void addHere(Step &step, const ExpertStore &store, int layer, kernels::MoeFeedForwardArgs args);
};

} // namespace conclave::engine
