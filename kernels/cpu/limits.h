#pragma once

#include "kernels/core/device.h"
#include "kernels/cpu/kernel_table.h"
#include "kernels/cpu/thread_pool.h"

namespace conclave::kernels
{

/// Reads, copies and multiplies as fast as plain code can, on all threads of the pool: about a second, and half a gigabyte of memory.
/// What cannot be measured is 0.
DeviceLimits measureCpuLimits(ThreadPool &pool, const KernelTable &kernels);

} // namespace conclave::kernels
