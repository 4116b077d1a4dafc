#pragma once

#include "engine/model/model.h"

namespace conclave::engine
{

/// `qwen3moe`: Qwen3-30B-A3B, Qwen3-235B-A22B and their kin.
Result<std::unique_ptr<Model>> loadQwen3Moe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
