#pragma once

#include "kernels/core/device.h"

#include <string>

/// Whole steps of Qwen3-30B-A3B's shape in Q4_K_M, with random weights, through a device's queue: decoding at some depths, and prompts.
namespace conclave::bench
{

/// False when the device refused an op, was lost or has no memory even for a few layers.
bool timeSteps(kernels::Device &device, const std::string &what);

} // namespace conclave::bench
