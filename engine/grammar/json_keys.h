#pragma once

#include "engine/grammar/expression.h"

#include <functional>
#include <string>
#include <vector>

namespace conclave::engine
{

/// Longest name that can be excluded, in bytes.
inline constexpr std::size_t kMostJsonKey = 256;

/// A key in quotes that is none of `names`, without escapes. `newRule` and `define` add rules for places that several keys share.
ExpressionPtr jsonKeyExcept(const std::vector<std::string> &names, const std::function<int()> &newRule,
                            const std::function<void(int, const ExpressionPtr &)> &define);

} // namespace conclave::engine
