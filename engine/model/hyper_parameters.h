#pragma once

#include "engine/format/gguf_reader.h"
#include "engine/model/metadata_keys.h"
#include "engine/model/rope_scaling.h"
#include "engine/moe/router.h"

#include <string>
#include <vector>

/// Sizes of a text decoder, read from the metadata and checked: every number is in range, and the sizes fit each other.
/// Whether tensors have these sizes is checked by WeightLoader.
namespace conclave::engine
{

struct HyperParameters
{
    int layers = 0;           ///< L
    int predictionLayers = 0; ///< blocks behind them that predict further tokens (MTP): answers do not need them, `foretell` does
    int width = 0;            ///< d
    int vocabulary = 0;       ///< V
    int contextTokens = 0;
    int heads = 0;                     ///< H
    int kvHeads = 0;                   ///< Hkv, the most of all layers
    std::vector<int> layerKvHeads;     ///< [L], each divides H
    int headDim = 0;                   ///< hd
    int valueDim = 0;                  ///< width of a head's values; hd, except with latent attention
    int ropeDims = 0;                  ///< even, at most hd
    int feedForward = 0;               ///< hidden width of dense layers, the most of all layers
    std::vector<int> layerFeedForward; ///< [L]
    float epsilon = 1e-6F;
    float attentionScale = 1.0F; ///< of query times key: 1/sqrt(hd), if the file does not say otherwise
    float ropeBase = 10000.0F;
    RopeScaling ropeScaling;
    int experts = 0;           ///< E; 0: dense
    int expertsUsed = 0;       ///< fixed k
    int expertFeedForward = 0; ///< f
};

/// `hp` with one layer more, which is like the last.
HyperParameters withPredictionLayer(HyperParameters hp);

enum class HeadWidths
{
    kEqual,  ///< values of a head are as wide as keys
    kLatent, ///< keys and values of a head are projected from a latent row, and differ: attention.{key,value}_length_mla
};

/// What every decoder has: the keys of architectures.md's common list under `keys`' prefix. Errors are left in `keys`.
HyperParameters readHyperParameters(MetadataKeys &keys, const GgufFile &file, HeadWidths widths = HeadWidths::kEqual);

/// Refuses what files of the general families may ask for and nothing computes: scaled streams, capped attention logits and the like.
void refuseUnknownVariants(MetadataKeys &keys);

/// Window of each layer, 0: all positions are seen. Key attention.sliding_window, and attention.sliding_window_pattern, a list by layer or
/// the length of a period whose last layer sees all; `period` where the file is silent.
std::vector<int> readWindows(MetadataKeys &keys, const HyperParameters &hp, int period);

/// Routing with fixed k as the file's keys say; `score` and `normalise` are the family's where the file is silent.
RouterConfig readRouting(MetadataKeys &keys, const HyperParameters &hp, kernels::GatingScore score, bool normalise);

} // namespace conclave::engine
