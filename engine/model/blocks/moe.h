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
    Router router;
    std::optional<FeedForward> shared;

    /// Reads ffn_gate_inp and ffn_{gate,up,down}_exps of `layer` and places the experts in `store`.
    static Moe load(WeightLoader &weights, ExpertStore &store, int layer, const RouterConfig &config, int width, int hidden);
    /// x += sum of the chosen experts' weighted outputs for h (+ shared expert); notes the routing in the scratch.
    void apply(Step &step, const ExpertStore &store, int layer) const;
};

} // namespace conclave::engine
