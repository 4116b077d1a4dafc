#include "engine/chat/jinja_lexer.h"

#include "engine/chat/jinja_value.h"
#include "engine/text/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace conclave::engine::jinja
{

namespace
{

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// Longest first.
constexpr std::array<std::string_view, 27> kOperators = {"**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">",
                                                         "=",  "(",  ")",  "[",  "]",  "{",  "}", ",", ":", ".", "|", ";", "!"};

std::string plainNewlines(std::string_view source)
{
    std::string out = utf8::replaceAll(utf8::replaceAll(source, "\r\n", "\n"), "\r", "\n");
    if (out.ends_with('\n')) {
        out.pop_back();
    }
    return out;
}

class Lexer
{
public:
    explicit Lexer(std::string_view source) : m_source(plainNewlines(source)) {}

    std::vector<Token> run()
    {
        while (m_at < m_source.size()) {
            lexData();
        }
        add(TokenKind::kEnd, {});
        return std::move(m_tokens);
    }

private:
    std::string_view rest() const { return std::string_view(m_source).substr(m_at); }
    bool next(std::string_view text) const { return rest().starts_with(text); }

    [[noreturn]] void failHere(std::string message)
    {
        locate(m_at);
        throw Failure{std::move(message), false, m_line, m_column};
    }

    /// Brings line and column up to `at`; goes forward only.
    void locate(std::size_t at)
    {
        for (; m_located < at; ++m_located) {
            if (m_source[m_located] == '\n') {
                ++m_line;
                m_column = 1;
            } else {
                ++m_column;
            }
        }
    }

    void add(TokenKind kind, std::string text)
    {
        locate(m_at);
        m_tokens.push_back({kind, std::move(text), m_line, m_column});
    }

    /// Text up to the next tag, then the tag.
    void lexData()
    {
        const std::size_t start = m_at;
        std::size_t tag = m_source.find('{', start);
        while (tag != std::string::npos &&
               (tag + 1 >= m_source.size() || std::string_view("{%#").find(m_source[tag + 1]) == std::string_view::npos)) {
            tag = m_source.find('{', tag + 1);
        }
        const std::size_t end = std::min(tag, m_source.size());
        addData(start, end, tag != std::string::npos);
        m_at = end;
        if (tag == std::string::npos) {
            return;
        }
        const char kind = m_source[tag + 1];
        m_at += 2;
        if (kind == '#') {
            skipComment();
            return;
        }
        m_at -= 2;
        add(kind == '{' ? TokenKind::kVariableBegin : TokenKind::kBlockBegin, {});
        m_at += 2;
        if (next("-") || (kind == '%' && next("+"))) {
            ++m_at;
        }
        if (kind == '%' && lexRaw()) {
            return;
        }
        lexExpression(kind == '{' ? "}}" : "%}", kind == '{' ? TokenKind::kVariableEnd : TokenKind::kBlockEnd);
    }

    /// Data before a tag, with what the tag strips from its end.
    void addData(std::size_t start, std::size_t end, bool beforeTag)
    {
        std::string_view text = std::string_view(m_source).substr(start, end - start);
        const char kind = beforeTag ? m_source[end + 1] : '\0';
        const char sign = beforeTag && end + 2 < m_source.size() ? m_source[end + 2] : '\0';
        if (sign == '-') {
            while (!text.empty() && isSpace(text.back())) {
                text.remove_suffix(1);
            }
        } else if (beforeTag && kind != '{' && sign != '+') {
            const std::size_t lineStart = text.rfind('\n') + 1; // npos + 1 is 0
            const bool whole = lineStart > 0 || m_lineStarting;
            if (whole && std::all_of(text.begin() + static_cast<std::ptrdiff_t>(lineStart), text.end(), isSpace)) {
                text = text.substr(0, lineStart);
            }
        }
        if (!text.empty()) {
            add(TokenKind::kData, std::string(text));
        }
        m_lineStarting = false;
    }

    void skipComment()
    {
        const std::size_t end = m_source.find("#}", m_at);
        if (end == std::string::npos) {
            failHere("a comment has no end");
        }
        const char sign = end > m_at ? m_source[end - 1] : '\0';
        m_at = end + 2;
        stripAfter(sign, true);
    }

    /// What a tag takes away behind it: all whitespace for '-', else one line break for blocks and comments.
    void stripAfter(char sign, bool trimsLineBreak)
    {
        if (sign == '-') {
            while (m_at < m_source.size() && isSpace(m_source[m_at])) {
                ++m_at;
            }
        } else if (trimsLineBreak && sign != '+' && next("\n")) {
            ++m_at;
        }
        m_lineStarting = m_at > 0 && m_source[m_at - 1] == '\n';
    }

    /// {% raw %}: text up to {% endraw %} as it stands. The begin token added before is taken back.
    bool lexRaw()
    {
        std::size_t at = skipSpaces(m_at);
        if (m_source.compare(at, 3, "raw") != 0) {
            return false;
        }
        at = skipSpaces(at + 3);
        const char sign = at < m_source.size() ? m_source[at] : '\0';
        at += sign == '-' || sign == '+' ? 1 : 0;
        if (m_source.compare(at, 2, "%}") != 0) {
            return false;
        }
        m_tokens.pop_back();
        m_at = at + 2;
        stripAfter(sign, true);
        lexRawText();
        return true;
    }

    void lexRawText()
    {
        for (std::size_t tag = m_source.find("{%", m_at); tag != std::string::npos; tag = m_source.find("{%", tag + 2)) {
            std::size_t at = tag + 2;
            at += at < m_source.size() && (m_source[at] == '-' || m_source[at] == '+') ? 1 : 0;
            at = skipSpaces(at);
            if (m_source.compare(at, 6, "endraw") != 0) {
                continue;
            }
            at = skipSpaces(at + 6);
            const char sign = at < m_source.size() ? m_source[at] : '\0';
            at += sign == '-' || sign == '+' ? 1 : 0;
            if (m_source.compare(at, 2, "%}") == 0) {
                addData(m_at, tag, true);
                m_at = at + 2;
                stripAfter(sign, true);
                return;
            }
        }
        failHere("a raw block has no end");
    }

    std::size_t skipSpaces(std::size_t at) const
    {
        while (at < m_source.size() && isSpace(m_source[at])) {
            ++at;
        }
        return at;
    }

    void lexExpression(std::string_view close, TokenKind closeKind)
    {
        int open = 0; // brackets: "}}" may close two dictionaries
        while (true) {
            m_at = skipSpaces(m_at);
            if (m_at >= m_source.size()) {
                failHere(fmt::format("\"{}\" is missing", close));
            }
            const char sign = m_source[m_at];
            const bool signedEnd =
                (sign == '-' || (sign == '+' && closeKind == TokenKind::kBlockEnd)) && rest().substr(1).starts_with(close);
            if (open == 0 && (next(close) || signedEnd)) {
                add(closeKind, {});
                m_at += close.size() + (signedEnd ? 1 : 0);
                stripAfter(signedEnd ? sign : '\0', closeKind == TokenKind::kBlockEnd);
                return;
            }
            lexPart(open);
        }
    }

    void lexPart(int &open)
    {
        const char c = m_source[m_at];
        if (isNameStart(c)) {
            std::size_t end = m_at;
            while (end < m_source.size() && (isNameStart(m_source[end]) || isDigit(m_source[end]))) {
                ++end;
            }
            addUpTo(TokenKind::kName, end);
        } else if (isDigit(c)) {
            lexNumber();
        } else if (c == '"' || c == '\'') {
            lexString(c);
        } else {
            lexOperator(open);
        }
    }

    void addUpTo(TokenKind kind, std::size_t end)
    {
        add(kind, m_source.substr(m_at, end - m_at));
        m_at = end;
    }

    void lexNumber()
    {
        const auto digits = [this](std::size_t at) {
            while (at < m_source.size() && (isDigit(m_source[at]) || m_source[at] == '_')) {
                ++at;
            }
            return at;
        };
        std::size_t end = digits(m_at);
        bool real = false;
        if (end + 1 < m_source.size() && m_source[end] == '.' && isDigit(m_source[end + 1])) {
            real = true;
            end = digits(end + 1);
        }
        if (end < m_source.size() && (m_source[end] == 'e' || m_source[end] == 'E')) {
            const std::size_t sign = end + 1 < m_source.size() && (m_source[end + 1] == '-' || m_source[end + 1] == '+') ? 1 : 0;
            if (end + 1 + sign < m_source.size() && isDigit(m_source[end + 1 + sign])) {
                real = true;
                end = digits(end + 1 + sign);
            }
        }
        std::string text = m_source.substr(m_at, end - m_at);
        std::erase(text, '_');
        add(real ? TokenKind::kFloat : TokenKind::kInteger, std::move(text));
        m_at = end;
    }

    void lexString(char quote)
    {
        const std::size_t start = m_at;
        std::string text;
        std::size_t at = m_at + 1;
        while (at < m_source.size() && m_source[at] != quote) {
            if (m_source[at] == '\\' && at + 1 < m_source.size()) {
                at = escape(at + 1, text);
            } else {
                text += m_source[at++];
            }
        }
        if (at >= m_source.size()) {
            m_at = start;
            failHere("a text has no closing quote");
        }
        add(TokenKind::kString, std::move(text));
        m_at = at + 1;
    }

    /// Resolves the escape whose letter is at `at`; gives the place behind it.
    std::size_t escape(std::size_t at, std::string &out)
    {
        static constexpr std::string_view kLetters = "nrtbfav0\\'\"";
        static constexpr std::string_view kMeanings("\n\r\t\b\f\a\v\0\\'\"", 11);
        const char letter = m_source[at];
        if (const std::size_t found = kLetters.find(letter); found != std::string_view::npos) {
            out += kMeanings[found];
            return at + 1;
        }
        if (letter == '\n') { // a continued line
            return at + 1;
        }
        const std::size_t count = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
        const std::string digits = m_source.substr(at + 1, count);
        const bool hex = count > 0 && digits.size() == count && digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
        const unsigned long code = hex ? std::stoul(digits, nullptr, 16) : 0x110000;
        if (code >= 0x110000 || (code >= 0xD800 && code < 0xE000)) {
            out += '\\';
            out += letter;
            return at + 1;
        }
        utf8::append(out, static_cast<char32_t>(code));
        return at + 1 + count;
    }

    void lexOperator(int &open)
    {
        for (const std::string_view op : kOperators) {
            if (next(op)) {
                open += op == "(" || op == "[" || op == "{" ? 1 : op == ")" || op == "]" || op == "}" ? -1 : 0;
                if (open < 0) {
                    failHere(fmt::format("\"{}\" closes nothing", op));
                }
                addUpTo(TokenKind::kOperator, m_at + op.size());
                return;
            }
        }
        failHere("this character means nothing here");
    }

    std::string m_source;
    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
    std::size_t m_located = 0; ///< place that line and column stand for
    int m_line = 1;
    int m_column = 1;
    bool m_lineStarting = true; ///< a line begins right behind the last tag
};

} // namespace

std::vector<Token> tokenize(std::string_view source)
{
    return Lexer(source).run();
}

} // namespace conclave::engine::jinja
