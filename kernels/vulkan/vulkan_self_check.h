#pragma once

#include "kernels/core/device.h"

namespace conclave::kernels
{

/// Whether fast products of many tokens come to what the plain ones do, on a small case: drivers differ in how they lay out cooperative
/// matrices, and no kernel of ours can see that. True also where they cannot be computed at all: who asks for them is told.
bool fastProductsAgree(Device &device);

} // namespace conclave::kernels
