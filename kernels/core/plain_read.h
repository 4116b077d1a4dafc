#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace conclave::kernels
{

/// Reads all whole runs of 64 bytes, in independent sums, as fast as plain code can: what memory gives is measured with it. The sum of
/// their words is returned to be used, so that no compiler leaves the reading out.
std::uint64_t readPlainly(std::span<const std::byte> bytes);

} // namespace conclave::kernels
