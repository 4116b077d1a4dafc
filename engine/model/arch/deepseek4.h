#pragma once

#include "engine/model/model.h"

namespace conclave::engine
{

/// DeepSeek V4, text only: hyper-connections, compressed attention with an indexer, experts by hash in the first layers. Blocks that
/// predict further tokens are left out.
Result<std::unique_ptr<Model>> loadDeepSeek4(const GgufFile &file, kernels::Device &device, const ModelOptions &options, ModelInfo info);

} // namespace conclave::engine
