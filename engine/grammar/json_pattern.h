#pragma once

#include "engine/base/result.h"
#include "engine/grammar/expression.h"

#include <string_view>

namespace conclave::engine
{

/// The inside of a JSON string whose text matches a regular expression (ECMA 262) of this much: characters, ., classes, \d \w \s and
/// their opposites, escapes, groups (also (?:)), |, ? * + {m,n}, ^ at the very beginning and $ at the very end. Where these are missing,
/// anything may come before or behind. kInvalidRequest saying what is not understood.
Result<ExpressionPtr> jsonStringMatching(std::string_view pattern);

} // namespace conclave::engine
