#pragma once

#include "tests/kernels/rig.h"

#include <functional>
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

std::vector<OpCase> matmulCases();
std::vector<OpCase> rowCases();
std::vector<OpCase> attentionCases();
std::vector<OpCase> routerCases();
std::vector<OpCase> moeCases();
std::vector<OpCase> imageCases();
std::vector<OpCase> familyCases();

/// An op with one argument that does not fit.
struct InvalidCase
{
    std::string name;
    std::function<Status(Rig &)> program;
};
std::vector<InvalidCase> invalidCases();

} // namespace conclave::kernels::test
