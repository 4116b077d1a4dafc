#pragma once

#include "engine/model/model.h"

namespace conclave::engine
{

/// `glm4moe`: GLM-4.5, GLM-4.5-Air, GLM-4.6; sigmoid router with load bias, a shared expert, dense layers in front, half of each head
/// rotated.
Result<std::unique_ptr<Model>> loadGlm4Moe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
