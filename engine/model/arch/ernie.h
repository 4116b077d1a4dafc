#pragma once

#include "engine/model/model.h"

namespace conclave::engine
{

/// `ernie4_5` (0.3B, dense) and `ernie4_5-moe` (21B-A3B, 300B-A47B): softmax router with load bias, a shared expert.
Result<std::unique_ptr<Model>> loadErnie(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);
Result<std::unique_ptr<Model>> loadErnieMoe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
