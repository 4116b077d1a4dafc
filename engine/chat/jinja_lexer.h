#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace conclave::engine::jinja
{

enum class TokenKind
{
    kData,
    kBlockBegin,    ///< {%
    kBlockEnd,      ///< %}
    kVariableBegin, ///< {{
    kVariableEnd,   ///< }}
    kName,
    kInteger,
    kFloat,
    kString, ///< `text` without quotes, escapes resolved
    kOperator,
    kEnd,
};

struct Token
{
    TokenKind kind = TokenKind::kEnd;
    std::string text;
    int line = 1;
    int column = 1;
};

/// Splits a template into tokens, whitespace control applied: trim_blocks and lstrip_blocks are on, as chat templates expect, one line
/// break at the very end is dropped. Throws Failure with the place.
std::vector<Token> tokenize(std::string_view source);

} // namespace conclave::engine::jinja
