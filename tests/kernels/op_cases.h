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
