#pragma once

#include "engine/grammar/code_points.h"

#include <memory>
#include <string>
#include <vector>

/// A grammar as it is written: what GBNF and JSON schemas are read into. Immutable trees; parts may be shared.
namespace conclave::engine
{

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;

struct Expression
{
    enum class Kind
    {
        kText,       ///< exactly these bytes
        kCharacters, ///< one character of a set
        kReference,  ///< the rule of this number
        kSequence,
        kChoice,
        kRepeat, ///< the only part, `least` to `most` times
    };
    Kind kind = Kind::kSequence;
    std::string text;
    CodePointSet characters;
    int rule = -1;
    std::vector<ExpressionPtr> parts;
    int least = 0;
    int most = -1; ///< below 0: without end
};

ExpressionPtr textOf(std::string text);
ExpressionPtr oneOf(CodePointSet characters);
ExpressionPtr referenceTo(int rule);
ExpressionPtr sequence(std::vector<ExpressionPtr> parts);
ExpressionPtr choice(std::vector<ExpressionPtr> parts);
ExpressionPtr repeat(ExpressionPtr part, int least, int most);
inline ExpressionPtr optional(ExpressionPtr part)
{
    return repeat(std::move(part), 0, 1);
}

} // namespace conclave::engine
