#pragma once

#include "engine/model/blocks/feed_forward.h"
#include "engine/model/blocks/moe.h"
#include "engine/model/hyper_parameters.h"
#include "engine/model/metadata_keys.h"

#include <optional>

/// The second half of a decoder's layer: a norm, then a dense feed-forward or experts.
namespace conclave::engine
{

enum class SharedExpert
{
    kNone,
    kPlain,
    kGated, ///< its output times sigmoid(ffn_gate_inp_shexp h)
};

/// Which layers have experts, and of what kind.
struct FeedForwardPlan
{
    const char *norm = "ffn_norm"; ///< its tensor's name
    RouterConfig routing;          ///< 0 experts: every layer is dense
    int denseLayers = 0;           ///< layers in front without experts
    int expertStep = 1;            ///< of the others, layer i has experts when i + 1 is a multiple
    SharedExpert shared = SharedExpert::kNone;
    int sharedFeedForward = 0; ///< width; 0: no shared expert
    kernels::Activation activation = kernels::Activation::kSilu;
    float limit = 0.0F; ///< of experts, see kernels::GatedActivationArgs

    bool hasExperts(int layer) const { return routing.experts > 0 && layer >= denseLayers && (layer + 1) % expertStep == 0; }
    /// Routing of the whole model: 0 experts when no layer has them.
    RouterConfig routingOf(int layers) const;
    /// Widest hidden row that dense layers and shared experts need.
    int widest(const HyperParameters &hp) const;

    /// Reads the keys of experts, if expert_count says that there are any; `score` and `normalise` are the family's where they are silent.
    void readExperts(MetadataKeys &keys, const HyperParameters &hp, kernels::GatingScore score, bool normalise);
};

struct FeedForwardLayer
{
    kernels::Tensor norm;             ///< [d]
    std::optional<FeedForward> dense; ///< or:
    std::optional<Moe> moe;

    static FeedForwardLayer load(WeightLoader &weights, ExpertStore &store, const HyperParameters &hp, const FeedForwardPlan &plan,
                                 int layer);
    /// x += feed-forward or experts of RMS(x).
    void apply(Step &step, const ExpertStore &store, int layer, float epsilon) const;
};

} // namespace conclave::engine
