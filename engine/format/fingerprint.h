#pragma once

#include "engine/format/gguf_reader.h"

#include <cstdint>

namespace conclave::engine
{

/// Names a model file by what it computes: names, types and shapes of all tensors, and the first and last bytes of each, so that tunings
/// of one model differ and a file of many gigabytes is not read. Not cryptographic.
std::uint64_t modelFingerprint(const GgufFile &file);

} // namespace conclave::engine
