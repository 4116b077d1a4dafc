#pragma once

#include "kernels/core/device.h"

#include <functional>
#include <string>
#include <vector>

namespace conclave::tests
{

/// A case that the processor's kernels are held to (tests/kernels): what engines ask of a device, shape by shape.
struct EngineCase
{
    std::string name;
    /// Runs it on both. What is wrong with the device's results, empty when nothing is; `status`: of the device's ops.
    std::function<std::string(kernels::Device &device, kernels::Device &reference, kernels::Status &status)> differs;
};

/// Cases of ops that are alike.
struct EngineCases
{
    std::string name;
    std::vector<EngineCase> cases;
};

/// Those of ops that no case of this folder knows; `all`: of every op, which takes minutes on Mesa's driver.
std::vector<EngineCases> engineCases(bool all);

} // namespace conclave::tests
