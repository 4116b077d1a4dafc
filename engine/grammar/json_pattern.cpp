#include "engine/grammar/json_pattern.h"

#include "engine/grammar/grammar.h"
#include "engine/grammar/json_text.h"
#include "engine/text/utf8.h"

#include <cctype>

namespace conclave::engine
{
namespace
{

constexpr int kMostGroupNesting = 32;

/// Stops the parser; caught at its door only.
struct PatternRefusal
{
    std::string what;
};

class PatternParser
{
public:
    explicit PatternParser(std::string_view pattern) : m_text(pattern) {}

    ExpressionPtr parse()
    {
        const bool fromStart = take('^');
        const bool toEnd = endsWithAnchor();
        if (toEnd)
            m_text.remove_suffix(1);
        const bool hasChoice = m_text.find('|') != std::string_view::npos;
        ExpressionPtr inner = alternatives(0);
        if (!ends())
            throw PatternRefusal{"\")\" without \"(\""};
        if (m_topChoices && hasChoice && (fromStart || toEnd)) // ^a|b$ anchors each alternative on one side only
            throw PatternRefusal{"| beside ^ or $; put the alternatives into a group"};
        const ExpressionPtr anything = repeat(jsonCharacter(CodePointSet::all()), 0, -1);
        return sequence({fromStart ? textOf({}) : anything, inner, toEnd ? textOf({}) : anything});
    }

private:
    bool ends() const { return m_at >= m_text.size(); }
    char peek() const { return ends() ? '\0' : m_text[m_at]; }
    bool take(char c)
    {
        const bool here = !ends() && peek() == c;
        m_at += here ? 1 : 0;
        return here;
    }

    bool endsWithAnchor() const
    {
        if (m_text.size() <= m_at || m_text.back() != '$')
            return false;
        std::size_t escapes = 0;
        while (escapes + 1 < m_text.size() && m_text[m_text.size() - 2 - escapes] == '\\')
            ++escapes;
        return escapes % 2 == 0;
    }

    ExpressionPtr alternatives(int nesting)
    {
        if (nesting > kMostGroupNesting)
            throw PatternRefusal{"groups nested deeper than " + std::to_string(kMostGroupNesting)};
        std::vector<ExpressionPtr> parts;
        parts.push_back(items(nesting));
        while (take('|')) {
            m_topChoices = m_topChoices || nesting == 0;
            parts.push_back(items(nesting));
        }
        return choice(std::move(parts));
    }

    ExpressionPtr items(int nesting)
    {
        std::vector<ExpressionPtr> parts;
        while (!ends() && peek() != '|' && peek() != ')')
            parts.push_back(repeated(atom(nesting)));
        return sequence(std::move(parts));
    }

    ExpressionPtr atom(int nesting)
    {
        if (take('(')) {
            if (take('?') && !take(':'))
                throw PatternRefusal{"groups that begin with (? other than (?:"};
            ExpressionPtr inner = alternatives(nesting + 1);
            if (!take(')'))
                throw PatternRefusal{"\"(\" without \")\""};
            return inner;
        }
        if (take('.'))
            return jsonCharacter(withoutLineEnds());
        if (take('['))
            return characterClass();
        const char c = peek();
        if (c == '*' || c == '+' || c == '?' || c == '{')
            throw PatternRefusal{std::string("\"") + c + "\" without something to repeat"};
        if (c == '^' || c == '$')
            throw PatternRefusal{std::string("\"") + c + "\" in the middle"};
        CodePointSet set;
        readInto(set);
        return jsonCharacter(set);
    }

    ExpressionPtr repeated(ExpressionPtr part)
    {
        int least = 0;
        int most = -1;
        if (take('+'))
            least = 1;
        else if (take('?'))
            most = 1;
        else if (take('{'))
            counts(least, most);
        else if (!take('*'))
            return part;
        (void)take('?'); // lazy: the same texts
        if (peek() == '*' || peek() == '+' || peek() == '{')
            throw PatternRefusal{"a repetition of a repetition"};
        return repeat(std::move(part), least, most);
    }

    void counts(int &least, int &most)
    {
        least = most = number();
        if (take(','))
            most = peek() == '}' ? -1 : number();
        if (!take('}') || (most >= 0 && most < least))
            throw PatternRefusal{"counts in {} that make no sense"};
    }

    int number()
    {
        int value = 0;
        const std::size_t begin = m_at;
        for (; std::isdigit(static_cast<unsigned char>(peek())) != 0 && value <= GrammarBuilder::kMostRepetitions; ++m_at)
            value = value * 10 + (peek() - '0');
        if (m_at == begin || value > GrammarBuilder::kMostRepetitions)
            throw PatternRefusal{"counts in {} that make no sense"};
        return value;
    }

    ExpressionPtr characterClass()
    {
        const bool inverted = take('^');
        CodePointSet set;
        while (!take(']')) {
            if (ends())
                throw PatternRefusal{"\"[\" without \"]\""};
            const char32_t first = readInto(set);
            if (peek() != '-' || m_at + 1 >= m_text.size() || m_text[m_at + 1] == ']')
                continue;
            ++m_at;
            CodePointSet ignored;
            const char32_t last = readInto(ignored);
            if (first == kNoCharacter || last == kNoCharacter || last < first)
                throw PatternRefusal{"a range of characters that makes no sense"};
            set.add(first, last);
        }
        if (inverted)
            set = set.inverted();
        if (set.empty())
            throw PatternRefusal{"an empty class of characters"};
        return jsonCharacter(set);
    }

    static constexpr char32_t kNoCharacter = 0xFFFFFFFF;

    /// A character or an escape; kNoCharacter for one that stands for several.
    char32_t readInto(CodePointSet &set)
    {
        char32_t c = 0;
        if (take('\\')) {
            if (ends())
                throw PatternRefusal{"\"\\\" at the end"};
            const char kind = m_text[m_at++];
            if (addNamed(set, kind))
                return kNoCharacter;
            c = escaped(kind);
        } else {
            const utf8::Character next = utf8::first(m_text.substr(m_at));
            if (next.form != utf8::Form::kWhole)
                throw PatternRefusal{"text that is not UTF-8"};
            c = utf8::decode(m_text.substr(m_at, next.size));
            m_at += next.size;
        }
        set.add(c);
        return c;
    }

    static CodePointSet withoutLineEnds()
    {
        CodePointSet ends;
        for (const char32_t c : {U'\n', U'\r', U'\u2028', U'\u2029'})
            ends.add(c);
        return ends.inverted();
    }

    static bool addNamed(CodePointSet &set, char kind)
    {
        CodePointSet named;
        switch (std::tolower(static_cast<unsigned char>(kind))) {
        case 'd':
            named.add('0', '9');
            break;
        case 'w':
            named.add('0', '9');
            named.add('A', 'Z');
            named.add('a', 'z');
            named.add('_');
            break;
        case 's':
            named.add('\t', '\r');
            named.add(' ');
            break;
        default:
            return false;
        }
        set.add(std::isupper(static_cast<unsigned char>(kind)) != 0 ? named.inverted() : named);
        return true;
    }

    char32_t escaped(char kind)
    {
        switch (kind) {
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        case 'f':
            return '\f';
        case 'v':
            return '\v';
        case 'x':
            return hex(2);
        case 'u':
            return hex(4);
        default:
            break;
        }
        if (std::isalnum(static_cast<unsigned char>(kind)) != 0)
            throw PatternRefusal{std::string("the escape \"\\") + kind + "\""};
        if (static_cast<unsigned char>(kind) >= 0x80)
            throw PatternRefusal{"an escape of a character beyond ASCII"};
        return static_cast<char32_t>(kind);
    }

    char32_t hex(int digits)
    {
        char32_t value = 0;
        for (int i = 0; i < digits; ++i, ++m_at) {
            const auto c = static_cast<unsigned char>(peek());
            if (std::isxdigit(c) == 0)
                throw PatternRefusal{"an escape without its hexadecimal digits"};
            value = value * 16 + static_cast<char32_t>(std::isdigit(c) != 0 ? c - '0' : std::tolower(c) - 'a' + 10);
        }
        if (value >= 0xD800 && value <= 0xDFFF)
            throw PatternRefusal{"half of a surrogate pair"};
        return value;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    bool m_topChoices = false;
};

} // namespace

Result<ExpressionPtr> jsonStringMatching(std::string_view pattern)
{
    try {
        return PatternParser(pattern).parse();
    } catch (const PatternRefusal &refusal) {
        return Error{ErrorCode::kInvalidRequest, refusal.what, "pattern"};
    }
}

} // namespace conclave::engine
