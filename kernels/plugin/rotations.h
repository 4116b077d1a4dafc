#pragma once

#include "kernels/core/queue.h"

#include <vector>

namespace conclave::kernels
{

/// (cos, sin), times the magnitude, of the angle that RopeArgs gives each token and pair, computed in float64: [T, dims/2, 2].
/// On the host because a shader's sine promises few digits, and angles reach 10^5.
std::vector<float> ropeRotations(const RopeArgs &args);

/// All that the rotations of a call depend on.
struct RotationKey
{
    std::vector<std::int32_t> positions;
    std::vector<float> factors;
    std::vector<std::uint8_t> streams;
    std::int64_t tokens = 0;
    int dims = 0;
    float base = 0.0F;
    float magnitude = 0.0F;
    bool inverse = false;

    RotationKey() = default;
    explicit RotationKey(const RopeArgs &args);
    bool operator==(const RotationKey &) const = default;
};

} // namespace conclave::kernels
