#pragma once

#include "engine/base/result.h"
#include "engine/format/gguf_reader.h"
#include "engine/vision/patch_grid.h"

#include <vector>

namespace conclave::engine
{

/// Sizes of Qwen3-VL's vision tower, read from a projector file's clip.* keys and checked against each other.
struct Qwen3VlSizes
{
    PatchRules rules;
    int tableSide = 0; ///< learned positions each way
    int width = 0;     ///< D
    int feedForward = 0;
    int blocks = 0;
    int heads = 0; ///< D / heads is a multiple of 4
    float epsilon = 1e-6F;
    int outputWidth = 0;        ///< d
    std::vector<int> deepstack; ///< blocks whose output is also handed on, ascending

    int headDim() const { return width / heads; }
    int patchesOfToken() const { return rules.merge * rules.merge; }
};

/// kBadMetadata, naming the key.
Result<Qwen3VlSizes> readQwen3VlSizes(const GgufFile &file);

} // namespace conclave::engine
