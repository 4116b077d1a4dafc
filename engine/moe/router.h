#pragma once

#include "kernels/core/queue.h"

/// Chooses experts for tokens. One class serves every family: they differ in the score, in whether weights are normalised, in the load
/// bias, and in how many experts a token gets.
namespace conclave::engine
{

/// Fixed k: kMin = kMax = kWide. Adaptive k: "Adaptive Expert Gating" of training/MODEL.md.
struct RouterConfig
{
    kernels::GatingScore score = kernels::GatingScore::kSoftmax;
    bool normalise = true;    ///< weights of the chosen sum to 1
    float leastSum = 0.0F;    ///< the least that they are divided by
    float weightScale = 1.0F; ///< every weight is multiplied by it, last
    kernels::ExpertGroups groups;
    int experts = 0; ///< E
    int kMin = 1;
    int kMax = 1;
    int kWide = 1;
    float tau = 1.0F; ///< share of the kMax best scores that the chosen must reach

    bool isFixed() const { return kMin == kMax && kMax == kWide; }
    /// Most experts one token can get.
    int most() const { return kMax > kWide ? kMax : kWide; }
    static RouterConfig fixed(kernels::GatingScore score, bool normalise, int experts, int k);
};

/// Where a routing lies, [T] tokens. Rows of `experts` and `weights` have RouterConfig::most() places, unused ones -1 and 0.
struct Routing
{
    kernels::Tensor experts; ///< [T, most] I32, best first
    kernels::Tensor weights; ///< [T, most] F32
    kernels::Tensor margins; ///< [T] F32
};

/// One layer's router: the shared configuration, and the layer's load bias, calibration and scales. A value.
class Router
{
public:
    Router() = default;
    /// `loadBias` [E] F32 or empty; `calibration` is the confidence below which a token gets kWide experts; `expertScale` [E] F32, which
    /// each expert's weight is multiplied by, or empty.
    Router(const RouterConfig &config, const kernels::Tensor &loadBias, float calibration, const kernels::Tensor &expertScale = {});

    const RouterConfig &config() const { return m_config; }
    /// The op's arguments for `logits` [T, E], writing to `out`. A router of fixed k takes, with `share` below 1, only as many of its k
    /// experts as have this share of their scores; one with adaptive k goes by its own rule.
    kernels::RouterArgs args(const kernels::Tensor &logits, const Routing &out, float share = 1.0F) const;

private:
    RouterConfig m_config;
    kernels::Tensor m_loadBias;
    kernels::Tensor m_expertScale;
    float m_calibration = 0;
};

} // namespace conclave::engine
