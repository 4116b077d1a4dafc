#pragma once

#include "engine/base/result.h"

#include <cstddef>
#include <iosfwd>
#include <span>

/// Bytes of a saved context, to and from a stream.
namespace conclave::engine
{

/// kWriteFailed when the stream does not take them all.
Result<Done> writeBytes(std::ostream &out, std::span<const std::byte> bytes);
/// kFileTruncated when the stream holds fewer.
Result<Done> readBytes(std::istream &in, std::span<std::byte> bytes);

} // namespace conclave::engine
