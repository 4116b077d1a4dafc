#pragma once

#include "engine/format/gguf_writer.h"

#include <cstdint>

namespace conclave::engine
{

/// A byte-level BPE vocabulary of `size` tokens: all bytes, made-up words, and an end of turn. Any text can be encoded, byte by byte.
void setSyntheticVocabulary(GgufWriter &writer, std::int64_t size);

} // namespace conclave::engine
