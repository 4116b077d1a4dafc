#pragma once

#include "engine/format/gguf_reader.h"
#include "engine/model/metadata_keys.h"

#include <string>
#include <vector>

/// Sizes of a text decoder, read from the metadata and checked: every number is in range, and the sizes fit each other.
/// Whether tensors have these sizes is checked by WeightLoader.
namespace conclave::engine
{

struct HyperParameters
{
    int layers = 0;     ///< L
    int width = 0;      ///< d
    int vocabulary = 0; ///< V
    int contextTokens = 0;
    int heads = 0;       ///< H
    int kvHeads = 0;     ///< Hkv, divides H
    int headDim = 0;     ///< hd
    int ropeDims = 0;    ///< even, at most hd
    int feedForward = 0; ///< hidden width of dense layers
    float epsilon = 1e-6F;
    float ropeBase = 10000.0F;
    float ropeFactor = 1.0F;   ///< linear scaling: positions are divided by it
    int experts = 0;           ///< E; 0: dense
    int expertsUsed = 0;       ///< fixed k
    int expertFeedForward = 0; ///< f
};

/// What every decoder has: the keys of architectures.md's common list under `keys`' prefix. Errors are left in `keys`.
HyperParameters readHyperParameters(MetadataKeys &keys, const GgufFile &file);

/// Routers of general models: softmax or sigmoid scores with fixed k; a variant that this build cannot compute is refused.
void checkFixedRouting(MetadataKeys &keys);

} // namespace conclave::engine
