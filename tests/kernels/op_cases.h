#pragma once

#include "tests/kernels/rig.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace conclave::kernels::test
{

/// One comparison of a device with the reference: a program that makes tensors, runs ops and returns what they wrote, and how far
/// each of the results may lie from the reference's.
struct OpCase
{
    std::string name;
    std::function<Floats(Rig &)> program;
    /// Bounds for each result, given what the reference computed.
    std::function<Floats(const Floats &reference)> tolerance;
    /// As `tolerance`, on devices that compute in float32 where the processor computes in float64; none: the same.
    std::function<Floats(const Floats &reference)> toleranceInFloat = {};
};

inline std::string number(std::int64_t value)
{
    return std::to_string(value);
}

/// A bound that is a share of each value plus a share of the largest one.
inline std::function<Floats(const Floats &)> within(float relative)
{
    return [relative](const Floats &reference) {
        float largest = 0;
        for (const float value : reference)
            if (std::isfinite(value))
                largest = std::max(largest, std::fabs(value));
        return Floats(reference.size(), relative * largest + std::numeric_limits<float>::min());
    };
}

inline std::function<Floats(const Floats &)> exact()
{
    return [](const Floats &reference) { return Floats(reference.size(), 0.0F); };
}

/// Scores, weights and margins of a router that computes in float32, whose exp and log may be off by a few bits (Vulkan: 3 + 2 |x| ulp).
/// Indices stay exact.
inline std::function<Floats(const Floats &)> routedInFloat()
{
    return [](const Floats &reference) {
        Floats bounds;
        for (const float value : reference)
            bounds.push_back(std::isfinite(value) ? 1e-5F * std::fabs(value) + 1e-6F : 0.0F);
        return bounds;
    };
}

inline Floats append(Floats values, const Floats &more)
{
    values.insert(values.end(), more.begin(), more.end());
    return values;
}

std::vector<OpCase> matmulCases();
std::vector<OpCase> rowCases();
std::vector<OpCase> attentionCases();
std::vector<OpCase> routerCases();
std::vector<OpCase> moeCases();
std::vector<OpCase> imageCases();
std::vector<OpCase> cacheCases();
std::vector<OpCase> familyCases();
std::vector<OpCase> sequenceCases();

/// An op with one argument that does not fit.
struct InvalidCase
{
    std::string name;
    std::function<Status(Rig &)> program;
};
std::vector<InvalidCase> invalidCases();
std::vector<InvalidCase> invalidSequenceCases();

} // namespace conclave::kernels::test
