#pragma once

#include "engine/model/model.h"

namespace conclave::engine
{

/// `llama`: Llama 1 to 3, Mistral (dense) and Mixtral (experts in place of the feed-forward).
Result<std::unique_ptr<Model>> loadLlama(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
