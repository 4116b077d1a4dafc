#pragma once

#include "kernels/core/device.h"

namespace conclave::engine
{

/// Bytes of weights of `type` that a device gets through in a second, one token at a time: measured in about a fifth of a second, more on
/// slow devices. 0: it has no memory for it, or cannot compute with them.
double weightSpeed(kernels::Device &device, kernels::DType type);

} // namespace conclave::engine
