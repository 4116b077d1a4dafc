#pragma once

#include "engine/model/model.h"

namespace conclave::engine
{

/// `olmoe`: OLMoE-1B-7B; queries and keys are normalised over the whole row, weights of experts are as the softmax gives them.
Result<std::unique_ptr<Model>> loadOlmoe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
