#pragma once

#include "engine/api/engine.h"
#include "engine/model/model.h"
#include "kernels/core/device.h"

#include <memory>
#include <optional>

/// From what a caller asks of an engine to what a device and a model are made with.
namespace conclave::engine
{

std::unique_ptr<kernels::Device> processorFor(const EngineOptions &options);
/// All but the projector, which has to be found and opened first.
ModelOptions modelOptionsFor(const EngineOptions &options);
/// Tokens of context as asked for, of a model that can have `most`.
int contextTokensFor(const EngineOptions &options, int most);
/// How the experts of `file` are kept when memory is too small for them; nothing when it is not, or when that can't be told.
std::optional<ExpertStreaming> streamingFor(const GgufFile &file, const EngineOptions &options);
/// What is known of the experts of `file` from earlier sessions.
UsedExperts usedExperts(const GgufFile &file, const EngineOptions &options);
/// Tokens of a picture as asked for, within what makes sense.
int mostImageTokens(const EngineOptions &options);

} // namespace conclave::engine
