#pragma once

#include "engine/model/model.h"

namespace conclave::engine
{

/// `deepseek2`: DeepSeek-V2, V2-Lite, V3, R1, Kimi-K2; latent attention, dense layers in front, then experts with a shared one.
Result<std::unique_ptr<Model>> loadDeepSeek2(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
