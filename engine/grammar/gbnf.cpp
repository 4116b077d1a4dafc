#include "engine/grammar/gbnf.h"

#include "engine/text/utf8.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

namespace conclave::engine
{
namespace
{

constexpr std::size_t kMostBytes = 256U << 10;
constexpr int kMostNesting = 64;

/// Stops the parser; caught at its door only.
struct GbnfRefusal
{
    std::size_t at;
    std::string what;
};

bool isNameCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
}

class GbnfParser
{
public:
    explicit GbnfParser(std::string_view text) : m_text(text) {}

    GrammarBuilder &builder() { return m_builder; }

    int parse()
    {
        skip(true);
        while (m_at < m_text.size())
            rule();
        for (const auto &[name, known] : m_rules) {
            if (!known.defined)
                throw GbnfRefusal{known.firstUse, "there is no rule \"" + name + "\""};
        }
        const auto root = m_rules.find("root");
        if (root == m_rules.end())
            throw GbnfRefusal{m_text.size(), "there is no rule \"root\""};
        return root->second.number;
    }

private:
    struct Known
    {
        int number = -1;
        std::size_t firstUse = 0;
        bool defined = false;
    };

    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool ends() const { return m_at >= m_text.size(); }
    [[noreturn]] void refuse(std::string what) const { throw GbnfRefusal{m_at, std::move(what)}; }

    /// Spaces and comments, with `lines` also ends of lines.
    void skip(bool lines)
    {
        while (!ends()) {
            const char c = peek();
            if (c == '#') {
                m_at = std::min(m_text.find_first_of("\r\n", m_at), m_text.size());
            } else if (c == ' ' || c == '\t' || (lines && (c == '\r' || c == '\n'))) {
                ++m_at;
            } else {
                return;
            }
        }
    }

    std::string name()
    {
        const std::size_t begin = m_at;
        while (isNameCharacter(peek()))
            ++m_at;
        if (m_at == begin)
            refuse("a rule's name is expected");
        return std::string(m_text.substr(begin, m_at - begin));
    }

    Known &known(const std::string &name, std::size_t at)
    {
        Known &known = m_rules[name];
        if (known.number < 0) {
            known.number = m_builder.addRule(name);
            known.firstUse = at;
        }
        return known;
    }

    void rule()
    {
        const std::size_t begin = m_at;
        const std::string called = name();
        Known &rule = known(called, begin);
        if (rule.defined)
            throw GbnfRefusal{begin, "the rule \"" + called + "\" was written before"};
        skip(false);
        if (m_text.substr(m_at, 3) != "::=")
            refuse("\"::=\" is expected");
        m_at += 3;
        skip(true);
        rule.defined = true;
        m_builder.define(rule.number, alternatives(0));
        skip(false);
        if (!ends() && peek() != '\n' && peek() != '\r')
            refuse(peek() == ')' ? "\")\" without \"(\"" : "the end of the line is expected");
        skip(true);
    }

    ExpressionPtr alternatives(int nesting)
    {
        std::vector<ExpressionPtr> parts;
        parts.push_back(items(nesting));
        while (peek() == '|') {
            ++m_at;
            skip(true);
            parts.push_back(items(nesting));
        }
        return choice(std::move(parts));
    }

    ExpressionPtr items(int nesting)
    {
        std::vector<ExpressionPtr> parts;
        for (;;) {
            auto next = item(nesting);
            if (!next)
                break;
            skip(nesting > 0);
            for (int repeats = 0; repetition(*next); ++repeats) {
                if (repeats >= kMostNesting)
                    refuse("too many repetitions of repetitions");
                skip(nesting > 0);
            }
            parts.push_back(std::move(*next));
        }
        return sequence(std::move(parts));
    }

    std::optional<ExpressionPtr> item(int nesting)
    {
        const std::size_t begin = m_at;
        const char c = peek();
        if (c == '"')
            return literal();
        if (c == '[')
            return characterClass();
        if (c == '(')
            return group(nesting);
        if (c == '.') {
            ++m_at;
            return oneOf(CodePointSet::all());
        }
        if (!isNameCharacter(c))
            return std::nullopt;
        const std::string called = name();
        return referenceTo(known(called, begin).number);
    }

    ExpressionPtr group(int nesting)
    {
        const std::size_t begin = m_at++;
        if (nesting >= kMostNesting)
            throw GbnfRefusal{begin, "groups are nested deeper than " + std::to_string(kMostNesting)};
        skip(true);
        ExpressionPtr inner = alternatives(nesting + 1);
        if (ends())
            throw GbnfRefusal{begin, "\"(\" without \")\""};
        if (peek() != ')')
            refuse("\")\" is expected");
        ++m_at;
        return inner;
    }

    ExpressionPtr literal()
    {
        const std::size_t begin = m_at++;
        std::string text;
        while (peek() != '"' || ends()) {
            if (ends() || peek() == '\n')
                throw GbnfRefusal{begin, "the text in quotes is not closed"};
            utf8::append(text, character());
        }
        ++m_at;
        return textOf(std::move(text));
    }

    ExpressionPtr characterClass()
    {
        const std::size_t begin = m_at++;
        const bool inverted = peek() == '^';
        if (inverted)
            ++m_at;
        CodePointSet set;
        while (peek() != ']' || ends()) {
            if (ends() || peek() == '\n')
                throw GbnfRefusal{begin, "the character class is not closed"};
            const std::size_t at = m_at;
            const char32_t first = character();
            char32_t last = first;
            if (peek() == '-' && m_at + 1 < m_text.size() && m_text[m_at + 1] != ']') {
                ++m_at;
                last = character();
            }
            if (last < first)
                throw GbnfRefusal{at, "the range of characters is backwards"};
            set.add(first, last);
        }
        ++m_at;
        if (inverted)
            set = set.inverted();
        if (set.empty())
            throw GbnfRefusal{begin, "the character class is empty"};
        return oneOf(std::move(set));
    }

    /// One character of a literal or class, escapes included.
    char32_t character()
    {
        if (peek() == '\\')
            return escape();
        const utf8::Character next = utf8::first(m_text.substr(m_at));
        if (next.form != utf8::Form::kWhole)
            refuse("the text is not valid UTF-8");
        const char32_t c = utf8::decode(m_text.substr(m_at, next.size));
        m_at += next.size;
        return c;
    }

    char32_t escape()
    {
        const std::size_t begin = m_at++;
        const char kind = peek();
        ++m_at;
        switch (kind) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'x':
            return hex(begin, 2);
        case 'u':
            return hex(begin, 4);
        case 'U':
            return hex(begin, 8);
        case '\\':
        case '"':
        case '[':
        case ']':
        case '-':
        case '^':
            return static_cast<char32_t>(kind);
        default:
            throw GbnfRefusal{begin, "the escape is unknown"};
        }
    }

    char32_t hex(std::size_t begin, int digits)
    {
        char32_t value = 0;
        for (int i = 0; i < digits; ++i, ++m_at) {
            const auto c = static_cast<unsigned char>(peek());
            if (std::isxdigit(c) == 0)
                throw GbnfRefusal{begin, std::to_string(digits) + " hexadecimal digits are expected"};
            value = value * 16 + static_cast<char32_t>(std::isdigit(c) != 0 ? c - '0' : std::tolower(c) - 'a' + 10);
        }
        if (value > kLastCodePoint || (value >= 0xD800 && value <= 0xDFFF))
            throw GbnfRefusal{begin, "this is no character"};
        return value;
    }

    /// Wraps `part` when ?, *, + or {} follows.
    bool repetition(ExpressionPtr &part)
    {
        const std::size_t begin = m_at;
        const char c = peek();
        if (c == '?' || c == '*' || c == '+') {
            ++m_at;
            part = repeat(std::move(part), c == '+' ? 1 : 0, c == '?' ? 1 : -1);
            return true;
        }
        if (c != '{')
            return false;
        ++m_at;
        skip(false);
        const int least = number();
        int most = least;
        skip(false);
        if (peek() == ',') {
            ++m_at;
            skip(false);
            most = peek() == '}' ? -1 : number();
            skip(false);
        }
        if (peek() != '}')
            refuse("\"}\" is expected");
        ++m_at;
        if (most >= 0 && most < least)
            throw GbnfRefusal{begin, "the repetition's most is less than its least"};
        part = repeat(std::move(part), least, most);
        return true;
    }

    int number()
    {
        const std::size_t begin = m_at;
        int value = 0;
        for (; std::isdigit(static_cast<unsigned char>(peek())) != 0; ++m_at) {
            value = value * 10 + (peek() - '0');
            if (value > GrammarBuilder::kMostRepetitions)
                throw GbnfRefusal{begin, "more than " + std::to_string(GrammarBuilder::kMostRepetitions) + " repetitions are not possible"};
        }
        if (m_at == begin)
            refuse("a number is expected");
        return value;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    GrammarBuilder m_builder;
    std::map<std::string, Known> m_rules;
};

Error located(std::string_view text, const GbnfRefusal &refusal)
{
    const std::string_view before = text.substr(0, refusal.at);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t lineBegin = before.rfind('\n') + 1; // 0 where there is none
    const std::size_t column = before.size() - lineBegin + 1;
    const std::string place = "line " + std::to_string(line) + ", column " + std::to_string(column);
    return Error{ErrorCode::kInvalidRequest, "The grammar cannot be read: " + place + ": " + refusal.what + ".", "gbnf " + place};
}

} // namespace

Result<Grammar> parseGbnf(std::string_view text)
{
    if (text.size() > kMostBytes)
        return Error{ErrorCode::kInvalidRequest, "The grammar is too long: at most 256 KiB can be read.", "gbnf size"};
    try {
        GbnfParser parser(text);
        const int root = parser.parse();
        return parser.builder().finish(root, "The grammar");
    } catch (const GbnfRefusal &refusal) {
        return located(text, refusal);
    }
}

} // namespace conclave::engine
