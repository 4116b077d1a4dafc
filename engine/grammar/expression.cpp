#include "engine/grammar/expression.h"

namespace conclave::engine
{
namespace
{

ExpressionPtr compound(Expression::Kind kind, std::vector<ExpressionPtr> parts)
{
    if (parts.size() == 1)
        return std::move(parts.front());
    Expression out;
    out.kind = kind;
    out.parts = std::move(parts);
    return std::make_shared<const Expression>(std::move(out));
}

} // namespace

ExpressionPtr textOf(std::string text)
{
    Expression out;
    out.kind = Expression::Kind::kText;
    out.text = std::move(text);
    return std::make_shared<const Expression>(std::move(out));
}

ExpressionPtr oneOf(CodePointSet characters)
{
    Expression out;
    out.kind = Expression::Kind::kCharacters;
    out.characters = std::move(characters);
    return std::make_shared<const Expression>(std::move(out));
}

ExpressionPtr referenceTo(int rule)
{
    Expression out;
    out.kind = Expression::Kind::kReference;
    out.rule = rule;
    return std::make_shared<const Expression>(std::move(out));
}

ExpressionPtr sequence(std::vector<ExpressionPtr> parts)
{
    return compound(Expression::Kind::kSequence, std::move(parts));
}

ExpressionPtr choice(std::vector<ExpressionPtr> parts)
{
    return compound(Expression::Kind::kChoice, std::move(parts));
}

ExpressionPtr repeat(ExpressionPtr part, int least, int most)
{
    Expression out;
    out.kind = Expression::Kind::kRepeat;
    out.parts.push_back(std::move(part));
    out.least = least;
    out.most = most;
    return std::make_shared<const Expression>(std::move(out));
}

} // namespace conclave::engine
