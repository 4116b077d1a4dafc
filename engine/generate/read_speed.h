#pragma once

#include <cstddef>
#include <span>

namespace conclave::engine
{

/// Bytes a second of reading this memory once, front to back, in as many neighbouring parts as threads. Threads are started before the
/// clock is. It should be larger than the caches: tens of megabytes and more.
double readSpeed(std::span<const std::byte> memory, int threads);

} // namespace conclave::engine
