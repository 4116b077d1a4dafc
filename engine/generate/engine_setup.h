#pragma once

#include "engine/api/engine.h"
#include "engine/model/model.h"
#include "kernels/core/device.h"

#include <memory>

/// From what a caller asks of an engine to what a device and a model are made with.
namespace conclave::engine
{

std::unique_ptr<kernels::Device> processorFor(const EngineOptions &options);
/// All but the projector, which has to be found and opened first.
ModelOptions modelOptionsFor(const EngineOptions &options);
/// Tokens of a picture as asked for, within what makes sense.
int mostImageTokens(const EngineOptions &options);

} // namespace conclave::engine
