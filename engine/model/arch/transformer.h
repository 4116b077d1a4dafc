#pragma once

#include "engine/model/blocks/self_attention.h"
#include "engine/model/model.h"
#include "engine/moe/router.h"

/// The plain decoder that many families share: attention and a gated feed-forward, dense or with experts, each behind an RMSNorm.
/// Families differ in a few switches; what they have in common with each other's files (biases, fused projections) follows the file.
namespace conclave::engine
{

struct TransformerTraits
{
    enum class Experts
    {
        kNever,
        kWhereCounted, ///< expert_count says
        kAlways,
    };
    enum class SharedExpert
    {
        kNone,
        kPlain,
        kGated, ///< its output times sigmoid(ffn_gate_inp_shexp h)
    };

    kernels::RopePairing pairing = kernels::RopePairing::kNeox;
    QueryKeyNorm queryKeyNorm = QueryKeyNorm::kNone;
    const char *feedForwardNorm = "ffn_norm"; ///< its tensor's name
    bool ownFrequencies = false;              ///< rope_freqs.weight may divide the pairs' frequencies (Llama 3)
    Experts experts = Experts::kNever;
    SharedExpert shared = SharedExpert::kNone;
    /// Of the router, where the file's keys are silent.
    kernels::GatingScore score = kernels::GatingScore::kSoftmax;
    bool normalise = true;
};

/// Loads any family with these traits; metadata keys have the prefix info.architecture.
Result<std::unique_ptr<Model>> loadTransformer(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info,
                                               const TransformerTraits &traits);

} // namespace conclave::engine
