#pragma once

#include "engine/model/blocks/feed_forward_layer.h"
#include "engine/model/blocks/self_attention.h"
#include "engine/model/model.h"
#include "engine/vision/vision_tower.h"

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

    kernels::RopePairing pairing = kernels::RopePairing::kNeox;
    QueryKeyNorm queryKeyNorm = QueryKeyNorm::kNone;
    bool ownFrequencies = false; ///< rope_freqs.weight may divide the pairs' frequencies (Llama 3)
    bool sinks = false;          ///< attn_sinks.weight
    bool allBiases = false;      ///< every projection, the router and the experts have one
    int windowPeriod = 0;        ///< in each period of layers only the last sees all positions; 0: all see all
    Experts experts = Experts::kNever;
    bool dividedWidth = false;   ///< without a key of its own an expert is feed_forward_length / expert_used_count wide (early Qwen files)
    FeedForwardPlan feedForward; ///< what the family says of it; sizes are read
    /// Of the router, where the file's keys are silent.
    kernels::GatingScore score = kernels::GatingScore::kSoftmax;
    bool normalise = true;
    /// Positions in time, rows and columns (interleaved M-RoPE), see readRopeStreams.
    bool gridPositions = false;
    bool predicts = false; ///< files may have a block that predicts further tokens, with a layer like the others
    /// Makes the vision tower from a projector file; nullptr: the family reads text only.
    Result<std::unique_ptr<VisionTower>> (*tower)(kernels::Device &device, const GgufFile &projector, int mostTokens) = nullptr;
};

/// Loads any family with these traits; metadata keys have the prefix info.architecture.
Result<std::unique_ptr<Model>> loadTransformer(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info,
                                               const TransformerTraits &traits);

} // namespace conclave::engine
