#pragma once

#include "kernels/core/queue.h"

#include <vector>

namespace conclave::kernels
{

/// (cos, sin), times the magnitude, of the angle that RopeArgs gives each token and pair, computed in float64: [T, dims/2, 2].
/// On the host because a shader's sine promises few digits, and angles reach 10^5.
std::vector<float> ropeRotations(const RopeArgs &args);

} // namespace conclave::kernels
