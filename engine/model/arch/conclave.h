#pragma once

#include "engine/model/model.h"

namespace conclave::engine
{

/// `conclave`: the built-in chart reader (training/MODEL.md).
Result<std::unique_ptr<Model>> loadConclave(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
