#pragma once

#include "engine/model/hyper_parameters.h"
#include "engine/model/step.h"
#include "engine/model/weight_loader.h"

#include <string>
#include <vector>

/// Causal grouped-query attention over the paged cache, with RoPE, and RMSNorm of query and key heads where the family has it.
namespace conclave::engine
{

struct SelfAttention
{
    struct Rope
    {
        kernels::RopePairing pairing = kernels::RopePairing::kNeox;
        int dims = 0;
        float base = 10000.0F;
        std::vector<float> factors; ///< [dims/2] or empty
    };
    struct Layer
    {
        kernels::Tensor norm;      ///< [d]
        kernels::Tensor query;     ///< [H*hd, d]
        kernels::Tensor key;       ///< [Hkv*hd, d]
        kernels::Tensor value;     ///< [Hkv*hd, d]
        kernels::Tensor output;    ///< [d, H*hd]
        kernels::Tensor queryNorm; ///< [hd] or empty
        kernels::Tensor keyNorm;   ///< [hd] or empty
    };

    Rope rope;
    float epsilon = 1e-6F;
    float scale = 1.0F;
    std::vector<Layer> layers;

    /// Reads attn_* of every layer.
    static SelfAttention load(WeightLoader &weights, const HyperParameters &hp, kernels::RopePairing pairing, bool headNorms);
    /// x += attention(RMS(x)); stores the step's keys and values.
    void apply(Step &step, int layer) const;

private:
    void rotate(Step &step, const kernels::Tensor &heads) const;
};

} // namespace conclave::engine
