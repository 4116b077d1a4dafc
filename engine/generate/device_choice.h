#pragma once

#include "engine/api/engine.h"
#include "engine/model/model.h"
#include "kernels/core/device.h"

#include <memory>
#include <string>

/// Where a model is computed: on the device asked for, or on the processor where that cannot be.
namespace conclave::engine
{

struct PlacedModel
{
    std::unique_ptr<kernels::Device> device; ///< outlives the model
    std::unique_ptr<Model> model;
    std::string note; ///< why it is not the device asked for; empty when it is
};

/// Loads the model of `file` onto the device that `options` ask for, and computes two tokens there: a device that lacks an op, a type or
/// the memory leaves it to the processor. Errors as loadModel's, and kDeviceFailure when not even the processor can be had.
Result<PlacedModel> placeModel(const GgufFile &file, const EngineOptions &options, const ModelOptions &modelOptions);

} // namespace conclave::engine
