#pragma once

#include "engine/model/model.h"

namespace conclave::engine
{

/// `gpt-oss`: gpt-oss-20b and 120b; windows on every second layer, sinks, biases everywhere, clamped experts.
Result<std::unique_ptr<Model>> loadGptOss(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
