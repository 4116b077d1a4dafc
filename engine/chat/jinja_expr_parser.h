#pragma once

#include "engine/chat/jinja_ast.h"
#include "engine/chat/jinja_lexer.h"

#include <string_view>
#include <vector>

namespace conclave::engine::jinja
{

/// A place in the tokens of a template. Failures carry it.
class TokenStream
{
public:
    /// `tokens` ends with kEnd and outlives the stream.
    explicit TokenStream(const std::vector<Token> &tokens) : m_tokens(tokens) {}

    const Token &current() const { return m_tokens[m_at]; }
    const Token &peek() const { return m_tokens[std::min(m_at + 1, m_tokens.size() - 1)]; }
    void advance() { m_at = std::min(m_at + 1, m_tokens.size() - 1); }
    bool at(TokenKind kind) const { return current().kind == kind; }
    bool atOperator(std::string_view text) const { return at(TokenKind::kOperator) && current().text == text; }
    bool atKeyword(std::string_view text) const { return at(TokenKind::kName) && current().text == text; }

    bool skipOperator(std::string_view text);
    bool skipKeyword(std::string_view text);
    void expect(TokenKind kind, std::string_view shown);
    void expectOperator(std::string_view text);
    void expectKeyword(std::string_view text);
    std::string expectName();
    [[noreturn]] void fail(std::string message) const;

private:
    const std::vector<Token> &m_tokens;
    std::size_t m_at = 0;
};

/// Recursive descent over Jinja's expression grammar; each function is one level of precedence.
class ExprParser
{
public:
    /// Deepest expression: bounds the stack of parser and evaluator.
    static constexpr int kMaxDepth = 100;

    explicit ExprParser(TokenStream &stream) : m_stream(stream) {}

    ExprPtr parseExpression();
    /// Without "a if b else c", which would take the filter of a loop.
    ExprPtr parseUnconditional() { return parseOr(); }
    /// Expressions separated by commas make a tuple.
    ExprPtr parseTuple();
    /// name(...) | name(...) ...: filters around a constant.
    ExprPtr parseFilterChain();

private:
    ExprPtr make(ExprKind kind) const;
    /// Fills in the depth; refuses one too deep.
    ExprPtr done(ExprPtr expr) const;

    ExprPtr parseOr();
    ExprPtr parseAnd();
    ExprPtr parseNot();
    ExprPtr parseCompare();
    ExprPtr parseSum();
    ExprPtr parseConcat();
    ExprPtr parseProduct();
    ExprPtr parsePower();
    ExprPtr parseUnary(bool withFilter);
    ExprPtr parsePrimary();
    ExprPtr parseNumber();
    ExprPtr parseBrackets();
    ExprPtr parseDictionary();
    ExprPtr parsePostfix(ExprPtr expr);
    ExprPtr parseSubscript(ExprPtr expr);
    ExprPtr parseFilters(ExprPtr expr);
    ExprPtr parseFilter(ExprPtr expr);
    ExprPtr parseTest(ExprPtr expr);
    void parseArguments(Expr &call);
    ExprPtr binary(ExprPtr left, std::string op, ExprPtr right) const;

    TokenStream &m_stream;
    int m_depth = 0;
};

} // namespace conclave::engine::jinja
