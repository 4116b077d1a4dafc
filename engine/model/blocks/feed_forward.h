#pragma once

#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

#include <string>

namespace conclave::engine
{

/// SwiGLU (Shazeer 2020): down(SiLU(gate h) * up h).
struct FeedForward
{
    kernels::Tensor gate; ///< [f, d]
    kernels::Tensor up;   ///< [f, d]
    kernels::Tensor down; ///< [d, f]

    /// Reads `<prefix>gate<suffix>.weight` and its kin.
    static FeedForward load(WeightLoader &weights, const std::string &prefix, const std::string &suffix, int width, int hidden);
    /// x += SwiGLU(h), where h is the step's normalised input.
    void apply(Step &step) const;
};

} // namespace conclave::engine
