#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace conclave::kernels
{

/// (cos, sin) of position * base^(-2i/dims) / factors[i] for each position and i < dims/2, computed in float64: [T, dims/2, 2].
/// On the host because a shader's sine promises few digits, and angles reach 10^5.
std::vector<float> ropeRotations(std::span<const std::int32_t> positions, int dims, float base, std::span<const float> factors);

} // namespace conclave::kernels
