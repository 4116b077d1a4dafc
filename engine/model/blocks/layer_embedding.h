#pragma once

#include "engine/model/hyper_parameters.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

#include <vector>

namespace conclave::engine
{

/// Embeddings of their own for every layer (Gemma 3n, Gemma 4 E2B and E4B): beside the stream each token has a narrow row for each layer,
/// from a table and from a projection of the stream's first state. Width p.
struct LayerEmbeddings
{
    struct Layer
    {
        kernels::Tensor gate; ///< [p, d]
        kernels::Tensor up;   ///< [d, p]
        kernels::Tensor norm; ///< [d] behind it
    };

    int width = 0;              ///< p
    kernels::Tensor table;      ///< [V, L*p]
    kernels::Tensor projection; ///< [L*p, d]
    kernels::Tensor norm;       ///< [p] of the projection
    std::vector<Layer> layers;
    float epsilon = 1e-6F;

    static LayerEmbeddings load(WeightLoader &weights, const HyperParameters &hp, int width);
    /// Computes the rows of all layers from the stream as it is now.
    void begin(Step &step) const;
    /// x += RMS(up(GELU(gate x) * row)).
    void apply(Step &step, int layer) const;
};

} // namespace conclave::engine
