#pragma once

#include "engine/model/model.h"

/// The Gemma families: norms behind attention and feed-forward too, windows on most layers, GELU, a scaled embedding.
namespace conclave::engine
{

/// `gemma3`: the text side of Gemma 3, 270M to 27B.
Result<std::unique_ptr<Model>> loadGemma3(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);
/// `gemma4`: the text side of Gemma 4, dense (31B), with embeddings of their own for each layer (E2B, E4B), or with experts (26B-A4B).
Result<std::unique_ptr<Model>> loadGemma4(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
