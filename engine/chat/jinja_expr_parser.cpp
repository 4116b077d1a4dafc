#include "engine/chat/jinja_expr_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace conclave::engine::jinja
{

// ---- TokenStream

void TokenStream::fail(std::string message) const
{
    throw Failure{std::move(message), false, current().line, current().column};
}

bool TokenStream::skipOperator(std::string_view text)
{
    const bool found = atOperator(text);
    if (found) {
        advance();
    }
    return found;
}

bool TokenStream::skipKeyword(std::string_view text)
{
    const bool found = atKeyword(text);
    if (found) {
        advance();
    }
    return found;
}

void TokenStream::expect(TokenKind kind, std::string_view shown)
{
    if (!at(kind)) {
        fail(fmt::format("\"{}\" is expected here", shown));
    }
    advance();
}

void TokenStream::expectOperator(std::string_view text)
{
    if (!skipOperator(text)) {
        fail(fmt::format("\"{}\" is expected here", text));
    }
}

void TokenStream::expectKeyword(std::string_view text)
{
    if (!skipKeyword(text)) {
        fail(fmt::format("\"{}\" is expected here", text));
    }
}

std::string TokenStream::expectName()
{
    if (!at(TokenKind::kName)) {
        fail("a name is expected here");
    }
    std::string name = current().text;
    advance();
    return name;
}

// ---- ExprParser

ExprPtr ExprParser::make(ExprKind kind) const
{
    auto out = std::make_unique<Expr>();
    out->kind = kind;
    out->line = m_stream.current().line;
    out->column = m_stream.current().column;
    return out;
}

ExprPtr ExprParser::done(ExprPtr expr) const
{
    int deepest = 0;
    for (const ExprPtr &part : expr->parts) {
        deepest = std::max(deepest, part == nullptr ? 0 : part->depth);
    }
    for (const auto &[name, part] : expr->named) {
        deepest = std::max(deepest, part->depth);
    }
    expr->depth = deepest + 1;
    if (expr->depth > kMaxDepth) {
        m_stream.fail("this expression is nested too deeply");
    }
    return expr;
}

ExprPtr ExprParser::binary(ExprPtr left, std::string op, ExprPtr right) const
{
    ExprPtr out = make(ExprKind::kBinary);
    out->text = std::move(op);
    out->parts.push_back(std::move(left));
    out->parts.push_back(std::move(right));
    return done(std::move(out));
}

ExprPtr ExprParser::parseTuple()
{
    ExprPtr first = parseExpression();
    if (!m_stream.atOperator(",")) {
        return first;
    }
    ExprPtr tuple = make(ExprKind::kList);
    tuple->parts.push_back(std::move(first));
    while (m_stream.skipOperator(",")) {
        if (m_stream.at(TokenKind::kBlockEnd) || m_stream.at(TokenKind::kVariableEnd) || m_stream.atOperator(")")) {
            break;
        }
        tuple->parts.push_back(parseExpression());
    }
    return done(std::move(tuple));
}

ExprPtr ExprParser::parseExpression()
{
    const DepthGuard guard(m_depth);
    ExprPtr expr = parseOr();
    while (m_stream.atKeyword("if")) {
        ExprPtr condition = make(ExprKind::kCondition);
        m_stream.advance();
        condition->parts.push_back(parseOr());
        condition->parts.push_back(std::move(expr));
        condition->parts.push_back(m_stream.skipKeyword("else") ? parseExpression() : nullptr);
        expr = done(std::move(condition));
    }
    return expr;
}

ExprPtr ExprParser::parseOr()
{
    const DepthGuard guard(m_depth);
    ExprPtr expr = parseAnd();
    while (m_stream.atKeyword("or")) {
        ExprPtr both = make(ExprKind::kOr);
        m_stream.advance();
        both->parts.push_back(std::move(expr));
        both->parts.push_back(parseAnd());
        expr = done(std::move(both));
    }
    return expr;
}

ExprPtr ExprParser::parseAnd()
{
    ExprPtr expr = parseNot();
    while (m_stream.atKeyword("and")) {
        ExprPtr both = make(ExprKind::kAnd);
        m_stream.advance();
        both->parts.push_back(std::move(expr));
        both->parts.push_back(parseNot());
        expr = done(std::move(both));
    }
    return expr;
}

ExprPtr ExprParser::parseNot()
{
    const DepthGuard guard(m_depth);
    if (!m_stream.atKeyword("not")) {
        return parseCompare();
    }
    ExprPtr expr = make(ExprKind::kNot);
    m_stream.advance();
    expr->parts.push_back(parseNot());
    return done(std::move(expr));
}

ExprPtr ExprParser::parseCompare()
{
    ExprPtr expr = make(ExprKind::kCompare);
    expr->parts.push_back(parseSum());
    while (true) {
        std::string op;
        for (const std::string_view candidate : {"==", "!=", "<=", ">=", "<", ">"}) {
            if (op.empty() && m_stream.skipOperator(candidate)) {
                op = candidate;
            }
        }
        if (op.empty() && m_stream.skipKeyword("in")) {
            op = "in";
        }
        if (op.empty() && m_stream.atKeyword("not") && m_stream.peek().text == "in" && m_stream.peek().kind == TokenKind::kName) {
            m_stream.advance();
            m_stream.advance();
            op = "not in";
        }
        if (op.empty()) {
            break;
        }
        expr->operators.push_back(std::move(op));
        expr->parts.push_back(parseSum());
    }
    return expr->operators.empty() ? std::move(expr->parts[0]) : done(std::move(expr));
}

ExprPtr ExprParser::parseSum()
{
    ExprPtr expr = parseConcat();
    while (m_stream.atOperator("+") || m_stream.atOperator("-")) {
        std::string op = m_stream.current().text;
        m_stream.advance();
        expr = binary(std::move(expr), std::move(op), parseConcat());
    }
    return expr;
}

ExprPtr ExprParser::parseConcat()
{
    ExprPtr expr = parseProduct();
    while (m_stream.skipOperator("~")) {
        expr = binary(std::move(expr), "~", parseProduct());
    }
    return expr;
}

ExprPtr ExprParser::parseProduct()
{
    ExprPtr expr = parsePower();
    while (m_stream.atOperator("*") || m_stream.atOperator("/") || m_stream.atOperator("//") || m_stream.atOperator("%")) {
        std::string op = m_stream.current().text;
        m_stream.advance();
        expr = binary(std::move(expr), std::move(op), parsePower());
    }
    return expr;
}

ExprPtr ExprParser::parsePower()
{
    ExprPtr expr = parseUnary(true);
    while (m_stream.skipOperator("**")) {
        expr = binary(std::move(expr), "**", parseUnary(true));
    }
    return expr;
}

ExprPtr ExprParser::parseUnary(bool withFilter)
{
    const DepthGuard guard(m_depth);
    ExprPtr expr;
    if (m_stream.atOperator("-") || m_stream.atOperator("+")) {
        expr = make(m_stream.atOperator("-") ? ExprKind::kNegate : ExprKind::kPlus);
        m_stream.advance();
        expr->parts.push_back(parseUnary(false));
        expr = done(std::move(expr));
    } else {
        expr = parsePostfix(parsePrimary());
    }
    return withFilter ? parseFilters(std::move(expr)) : std::move(expr);
}

ExprPtr ExprParser::parsePrimary()
{
    ExprPtr expr = make(ExprKind::kConstant);
    const Token &token = m_stream.current();
    switch (token.kind) {
    case TokenKind::kInteger:
    case TokenKind::kFloat:
        return parseNumber();
    case TokenKind::kString: {
        std::string text;
        while (m_stream.at(TokenKind::kString)) { // texts side by side are one
            text += m_stream.current().text;
            m_stream.advance();
        }
        expr->value = Value(std::move(text));
        return expr;
    }
    case TokenKind::kName:
        if (token.text == "true" || token.text == "True" || token.text == "false" || token.text == "False") {
            expr->value = Value(token.text == "true" || token.text == "True");
        } else if (token.text == "none" || token.text == "None") {
            expr->value = Value(Value::None{});
        } else {
            expr->kind = ExprKind::kName;
            expr->text = token.text;
        }
        m_stream.advance();
        return expr;
    default:
        return parseBrackets();
    }
}

ExprPtr ExprParser::parseNumber()
{
    ExprPtr expr = make(ExprKind::kConstant);
    const std::string &text = m_stream.current().text;
    if (m_stream.at(TokenKind::kFloat)) {
        expr->value = Value(std::strtod(text.c_str(), nullptr));
    } else {
        std::int64_t number = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) {
            m_stream.fail("this number is too large");
        }
        expr->value = Value(number);
    }
    m_stream.advance();
    return expr;
}

ExprPtr ExprParser::parseBrackets()
{
    if (m_stream.atOperator("{")) {
        return parseDictionary();
    }
    ExprPtr list = make(ExprKind::kList);
    if (m_stream.skipOperator("[")) {
        while (!m_stream.skipOperator("]")) {
            if (!list->parts.empty()) {
                m_stream.expectOperator(",");
                if (m_stream.skipOperator("]")) {
                    break;
                }
            }
            list->parts.push_back(parseExpression());
        }
        return done(std::move(list));
    }
    if (!m_stream.skipOperator("(")) {
        m_stream.fail("an expression is expected here");
    }
    if (m_stream.skipOperator(")")) {
        return list;
    }
    ExprPtr inner = parseTuple();
    m_stream.expectOperator(")");
    return inner;
}

ExprPtr ExprParser::parseDictionary()
{
    ExprPtr dict = make(ExprKind::kDict);
    m_stream.expectOperator("{");
    while (!m_stream.skipOperator("}")) {
        if (!dict->parts.empty()) {
            m_stream.expectOperator(",");
            if (m_stream.skipOperator("}")) {
                break;
            }
        }
        dict->parts.push_back(parseExpression());
        m_stream.expectOperator(":");
        dict->parts.push_back(parseExpression());
    }
    return done(std::move(dict));
}

ExprPtr ExprParser::parsePostfix(ExprPtr expr)
{
    while (true) {
        if (m_stream.atOperator(".")) {
            ExprPtr attribute = make(ExprKind::kAttribute);
            m_stream.advance();
            if (m_stream.at(TokenKind::kInteger)) { // list.0
                attribute->kind = ExprKind::kItem;
                attribute->parts.push_back(std::move(expr));
                attribute->parts.push_back(parseNumber());
            } else {
                attribute->text = m_stream.expectName();
                attribute->parts.push_back(std::move(expr));
            }
            expr = done(std::move(attribute));
        } else if (m_stream.atOperator("[")) {
            expr = parseSubscript(std::move(expr));
        } else if (m_stream.atOperator("(")) {
            ExprPtr call = make(ExprKind::kCall);
            call->parts.push_back(std::move(expr));
            parseArguments(*call);
            expr = done(std::move(call));
        } else {
            return expr;
        }
    }
}

ExprPtr ExprParser::parseSubscript(ExprPtr expr)
{
    ExprPtr out = make(ExprKind::kItem);
    m_stream.expectOperator("[");
    out->parts.push_back(std::move(expr));
    while (!m_stream.atOperator("]")) {
        if (m_stream.skipOperator(":")) {
            out->kind = ExprKind::kSlice;
            out->parts.resize(out->parts.size() + (out->operators.size() + 1 == out->parts.size() ? 1 : 0)); // an empty bound
            out->operators.emplace_back(":");
        } else if (out->parts.size() == out->operators.size() + 1) {
            out->parts.push_back(parseExpression());
        } else {
            m_stream.fail("\"]\" is expected here");
        }
    }
    m_stream.advance();
    const bool empty = out->kind == ExprKind::kItem && out->parts.size() != 2;
    if (empty || out->operators.size() > 2) {
        m_stream.fail("this is no index");
    }
    if (out->kind == ExprKind::kSlice) {
        out->parts.resize(4);
    }
    out->operators.clear();
    return done(std::move(out));
}

ExprPtr ExprParser::parseFilters(ExprPtr expr)
{
    while (true) {
        if (m_stream.skipOperator("|")) {
            expr = parseFilter(std::move(expr));
        } else if (m_stream.skipKeyword("is")) {
            expr = parseTest(std::move(expr));
        } else if (m_stream.atOperator("(")) {
            expr = parsePostfix(std::move(expr));
        } else {
            return expr;
        }
    }
}

ExprPtr ExprParser::parseFilter(ExprPtr expr)
{
    ExprPtr filter = make(ExprKind::kFilter);
    filter->text = m_stream.expectName();
    filter->parts.push_back(std::move(expr));
    if (m_stream.atOperator("(")) {
        parseArguments(*filter);
    }
    return done(std::move(filter));
}

ExprPtr ExprParser::parseFilterChain()
{
    ExprPtr expr = make(ExprKind::kConstant);
    do {
        expr = parseFilter(std::move(expr));
    } while (m_stream.skipOperator("|"));
    return expr;
}

ExprPtr ExprParser::parseTest(ExprPtr expr)
{
    const bool negated = m_stream.skipKeyword("not");
    ExprPtr test = make(ExprKind::kTest);
    test->text = m_stream.expectName();
    test->parts.push_back(std::move(expr));
    const Token &token = m_stream.current();
    const bool keyword =
        token.kind == TokenKind::kName && (token.text == "else" || token.text == "or" || token.text == "and" || token.text == "if" ||
                                           token.text == "is" || token.text == "not" || token.text == "in" || token.text == "recursive");
    const bool operand = token.kind == TokenKind::kName || token.kind == TokenKind::kString || token.kind == TokenKind::kInteger ||
                         token.kind == TokenKind::kFloat || m_stream.atOperator("[") || m_stream.atOperator("{");
    if (m_stream.atOperator("(")) {
        parseArguments(*test);
    } else if (operand && !keyword) {
        test->parts.push_back(parsePostfix(parsePrimary()));
    }
    test = done(std::move(test));
    if (!negated) {
        return test;
    }
    ExprPtr out = make(ExprKind::kNot);
    out->parts.push_back(std::move(test));
    return done(std::move(out));
}

void ExprParser::parseArguments(Expr &call)
{
    m_stream.expectOperator("(");
    bool first = true;
    while (!m_stream.skipOperator(")")) {
        if (!first) {
            m_stream.expectOperator(",");
            if (m_stream.skipOperator(")")) {
                return;
            }
        }
        first = false;
        const bool named = m_stream.at(TokenKind::kName) && m_stream.peek().kind == TokenKind::kOperator && m_stream.peek().text == "=";
        if (named) {
            std::string name = m_stream.expectName();
            m_stream.advance();
            call.named.emplace_back(std::move(name), parseExpression());
        } else {
            call.parts.push_back(parseExpression());
        }
    }
}

} // namespace conclave::engine::jinja
