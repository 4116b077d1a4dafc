#include "kernels/plugin/rotations.h"

#include <cmath>

namespace conclave::kernels
{

std::vector<float> ropeRotations(std::span<const std::int32_t> positions, int dims, float base, std::span<const float> factors)
{
    const auto pairs = static_cast<std::size_t>(dims / 2);
    std::vector<double> frequencies(pairs);
    for (std::size_t i = 0; i < pairs; ++i) {
        frequencies[i] = std::pow(static_cast<double>(base), -2.0 * static_cast<double>(i) / dims);
        if (!factors.empty())
            frequencies[i] /= static_cast<double>(factors[i]);
    }
    std::vector<float> rotations;
    rotations.reserve(positions.size() * pairs * 2);
    for (const std::int32_t position : positions)
        for (const double frequency : frequencies) {
            rotations.push_back(static_cast<float>(std::cos(position * frequency)));
            rotations.push_back(static_cast<float>(std::sin(position * frequency)));
        }
    return rotations;
}

} // namespace conclave::kernels
