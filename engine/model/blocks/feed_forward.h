#pragma once

#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

#include <string>

namespace conclave::engine
{

/// Gated feed-forward (Shazeer 2020): down(act(gate h) * up h); SwiGLU with SiLU, GeGLU with GELU.
struct FeedForward
{
    kernels::Tensor gate;     ///< [f, d]
    kernels::Tensor up;       ///< [f, d]
    kernels::Tensor down;     ///< [d, f]
    kernels::Tensor gateBias; ///< [f]; biases may be empty
    kernels::Tensor upBias;   ///< [f]
    kernels::Tensor downBias; ///< [d]
    kernels::Tensor share;    ///< [1, d]: the output is multiplied by sigmoid(share h) (Qwen2-MoE's shared expert); or empty
    kernels::Activation activation = kernels::Activation::kSilu;
    float limit = 0.0F; ///< of gate and up, see kernels::GatedActivationArgs; 0: none

    /// Reads `<prefix>gate<suffix>.weight` and its kin.
    static FeedForward load(WeightLoader &weights, const std::string &prefix, const std::string &suffix, int width, int hidden);
    /// x += feedForward(h), where h is the step's normalised input.
    void apply(Step &step) const;
    /// out = feedForward(h) [T, d].
    void compute(Step &step, const kernels::Tensor &h, const kernels::Tensor &out) const;

private:
    kernels::Tensor gatedHidden(Step &step, const kernels::Tensor &h) const;
};

} // namespace conclave::engine
