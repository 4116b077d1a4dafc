#pragma once

#include "engine/api/expert_view.h"
#include "engine/moe/expert_store.h"
#include "engine/moe/expert_telemetry.h"

namespace conclave::engine
{

/// What `telemetry` has counted on a model of `layers` layers, put into `out`, whose storage is used again: a second view of the same model
/// allocates nothing as long as nothing is warned of. Where mapped experts lie is looked at anew every kPlacesSeconds. Engine thread only.
void viewExperts(const ExpertTelemetry &telemetry, const ExpertStore &store, int layers, ExpertView &out);

inline constexpr int kPlacesSeconds = 2;

} // namespace conclave::engine
