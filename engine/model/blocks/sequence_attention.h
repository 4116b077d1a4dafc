#pragma once

#include "engine/model/step.h"

/// Keys, values and attention of the sequences in a step, each over its own cache.
namespace conclave::engine
{

/// Stores the step's keys [T, Hkv, hd] and values [T, Hkv, hv] in layer `layer` of the caches; no values: they are columns of the keys.
void storeKeys(Step &step, int layer, const kernels::Tensor &keys, const kernels::Tensor &values);

/// Causal attention of the step's queries over layer `layer` of the caches. `args` has query and out [T, H, ...] of the whole step, and all
/// else but the cache and its lengths.
void attend(Step &step, int layer, const kernels::AttentionArgs &args);
/// The same of one sequence, whose own compressed keys `args` may have.
void attend(Step &step, const StepSequence &sequence, int layer, kernels::AttentionArgs args);

} // namespace conclave::engine
