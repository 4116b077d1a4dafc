#include "kernels/plugin/rotations.h"

#include <cmath>

namespace conclave::kernels
{

RotationKey::RotationKey(const RopeArgs &args)
    : positions(args.positions.begin(), args.positions.end()), factors(args.factors.begin(), args.factors.end()),
      streams(args.streams.begin(), args.streams.end()), tokens(args.inout.shape[0]), dims(args.dims), base(args.base),
      magnitude(args.magnitude), inverse(args.inverse)
{
}

std::vector<float> ropeRotations(const RopeArgs &args)
{
    const auto pairs = static_cast<std::size_t>(args.dims / 2);
    const auto tokens = static_cast<std::size_t>(args.inout.shape[0]);
    std::vector<double> frequencies(pairs);
    for (std::size_t i = 0; i < pairs; ++i) {
        frequencies[i] = std::pow(static_cast<double>(args.base), -2.0 * static_cast<double>(i) / args.dims);
        if (!args.factors.empty())
            frequencies[i] /= static_cast<double>(args.factors[i]);
    }
    const auto cosine = static_cast<double>(args.magnitude);
    const double sine = args.inverse ? -cosine : cosine;
    std::vector<float> rotations;
    rotations.reserve(tokens * pairs * 2);
    for (std::size_t t = 0; t < tokens; ++t)
        for (std::size_t i = 0; i < pairs; ++i) {
            const std::size_t stream = args.streams.empty() ? 0 : args.streams[i];
            const double angle = args.positions[stream * tokens + t] * frequencies[i];
            rotations.push_back(static_cast<float>(cosine * std::cos(angle)));
            rotations.push_back(static_cast<float>(sine * std::sin(angle)));
        }
    return rotations;
}

} // namespace conclave::kernels
