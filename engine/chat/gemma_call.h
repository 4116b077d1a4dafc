#pragma once

#include "engine/api/types.h"

#include <optional>
#include <string_view>

namespace conclave::engine
{

/// What Gemma 4 puts around texts.
inline constexpr std::string_view kGemmaQuote = "<|\"|>";

/// call:NAME{key:<|"|>text<|"|>,n:3,list:[…],map:{…}}. None for what is not that, or nested too deeply.
std::optional<ToolCall> parseGemmaCall(std::string_view text);

} // namespace conclave::engine
