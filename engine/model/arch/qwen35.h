#pragma once

#include "engine/model/model.h"

namespace conclave::engine
{

/// Qwen3.5 with experts: three of four layers are gated delta networks, the others attend with gated outputs. Text only: all of M-RoPE's
/// position streams are equal then.
Result<std::unique_ptr<Model>> loadQwen35Moe(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
