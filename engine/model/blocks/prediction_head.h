#pragma once

#include "engine/model/hyper_parameters.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

/// What stands around the layer that predicts a further token (multi-token prediction; DeepSeek-V3, section 2.2).
namespace conclave::engine
{

struct PredictionHead
{
    float epsilon = 1e-6F;
    kernels::Tensor embedding;  ///< [V, d]
    kernels::Tensor tokenNorm;  ///< [d]
    kernels::Tensor hiddenNorm; ///< [d]
    kernels::Tensor join;       ///< [d, 2d]
    kernels::Tensor outputNorm; ///< [d]
    kernels::Tensor output;     ///< [V, d]

    /// Reads blk.`layer`.nextn.*; what a file leaves out is the model's own: `embedding`, `outputNorm`, `output`.
    static PredictionHead load(WeightLoader &weights, const HyperParameters &hp, int layer, const kernels::Tensor &embedding,
                               const kernels::Tensor &outputNorm, const kernels::Tensor &output);
    /// x = join [RMS(embedding of the next token), RMS(h)]: step.ids are the next tokens, `hidden` [T, d] what the output matrix read at
    /// the places before them.
    void begin(Step &step, const kernels::Tensor &hidden) const;
};

} // namespace conclave::engine
