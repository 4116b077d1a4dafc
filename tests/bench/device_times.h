#pragma once

#include "kernels/core/device.h"

#include <string>

/// Single ops through a device's queue, launches and waits included: products of few and many tokens, norms, attention.
namespace conclave::bench
{

/// Prints a line for each whose name contains `text`. False when the device refused an op or was lost.
bool timeOps(kernels::Device &device, const std::string &text);

} // namespace conclave::bench
