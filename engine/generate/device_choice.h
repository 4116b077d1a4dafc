#pragma once

#include "engine/api/engine.h"
#include "engine/model/model.h"
#include "kernels/core/device.h"

#include <memory>
#include <string>

/// Where a model is computed: on the cards asked for, partly there and partly on the processor, or on the processor alone.
namespace conclave::engine
{

struct PlacedModel
{
    std::unique_ptr<kernels::Device> device; ///< outlives the model
    std::unique_ptr<Model> model;
    std::string note;    ///< why it is not the device asked for, or not as much of it; empty when it is
    Placement placement; ///< its note is the same
};

/// Loads the model of `file` onto the device that `options` ask for, as much of it as its cards have room for, and computes two tokens
/// there: a card that lacks an op or a type leaves it to the others or the processor, one that lacks memory gets less. Errors as
/// loadModel's, and kDeviceFailure when not even the processor can be had.
Result<PlacedModel> placeModel(const GgufFile &file, const EngineOptions &options, const ModelOptions &modelOptions);

/// The same on the processor, whatever the options ask for.
Result<PlacedModel> placeOnProcessor(const GgufFile &file, const EngineOptions &options, const ModelOptions &modelOptions);

/// The card of `placement` on which `device` failed; all of them where that cannot be told.
std::string failedCardName(const kernels::Device &device, const Placement &placement);

} // namespace conclave::engine
