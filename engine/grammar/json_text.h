#pragma once

#include "engine/grammar/expression.h"

#include <cstdint>
#include <optional>

/// How JSON writes things: the small parts that schemas are put together from.
namespace conclave::engine
{

/// Room between tokens: nothing, a space, or an end of line with some indentation. Bounded, so that an answer can't get lost in it.
ExpressionPtr jsonSpace();
/// One character of any string: itself, or one of the escapes; never half of a surrogate pair.
ExpressionPtr jsonCharacter();
/// One character of `set` within a string, escaped where that must be.
ExpressionPtr jsonCharacter(const CodePointSet &set);
/// Characters that a string holds as they are.
CodePointSet jsonPlainCharacters();

/// Bounds of a number, inclusive.
struct JsonBounds
{
    std::optional<std::int64_t> least;
    std::optional<std::int64_t> most;
};
/// Bounds lie within plus and minus this; so do numbers without bounds.
inline constexpr std::int64_t kMostJsonInteger = 999'999'999'999'999;
/// Whole numbers within bounds; nullptr when there are none.
ExpressionPtr jsonInteger(const JsonBounds &bounds);
/// Numbers within bounds; with bounds, without exponent. nullptr when there are none.
ExpressionPtr jsonNumber(const JsonBounds &bounds);

} // namespace conclave::engine
