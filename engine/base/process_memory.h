#pragma once

#include <cstdint>

namespace conclave::engine
{

/// Resident memory of this process in bytes; 0 where the system does not tell.
std::uint64_t residentMemoryBytes();
/// The most it ever was; 0 where the system does not tell.
std::uint64_t peakMemoryBytes();

} // namespace conclave::engine
