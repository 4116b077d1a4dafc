#include "engine/grammar/json_text.h"

#include <algorithm>
#include <string>

namespace conclave::engine
{
namespace
{

CodePointSet range(char32_t first, char32_t last)
{
    CodePointSet set;
    set.add(first, last);
    return set;
}

ExpressionPtr digits(int least, int most)
{
    return repeat(oneOf(range('0', '9')), least, most);
}

CodePointSet hexDigits()
{
    CodePointSet set = range('0', '9');
    set.add('a', 'f');
    set.add('A', 'F');
    return set;
}

ExpressionPtr escapeOf(char32_t c)
{
    static constexpr std::string_view kNamed = "\"\"\\\\\bb\ff\nn\rr\tt"; // pairs
    for (std::size_t i = 0; i < kNamed.size(); i += 2) {
        if (static_cast<char32_t>(kNamed[i]) == c)
            return textOf({'\\', kNamed[i + 1]});
    }
    static constexpr std::string_view kHex = "0123456789abcdef";
    return textOf(std::string("\\u00") + kHex[c >> 4 & 0xF] + kHex[c & 0xF]);
}

/// Digits from `low` to any, or from any to `high`, of the same length.
ExpressionPtr digitsBeside(std::string_view edge, bool upward)
{
    if (edge.empty())
        return textOf({});
    std::vector<ExpressionPtr> ways;
    ways.push_back(sequence({textOf(std::string(1, edge[0])), digitsBeside(edge.substr(1), upward)}));
    const auto digit = static_cast<char32_t>(edge[0]);
    const auto free = static_cast<int>(edge.size()) - 1;
    if (upward ? digit < '9' : digit > '0')
        ways.push_back(sequence({oneOf(upward ? range(digit + 1, '9') : range('0', digit - 1)), digits(free, free)}));
    return choice(std::move(ways));
}

ExpressionPtr digitsBetween(std::string_view low, std::string_view high)
{
    if (low.empty())
        return textOf({});
    if (low[0] == high[0])
        return sequence({textOf(std::string(1, low[0])), digitsBetween(low.substr(1), high.substr(1))});
    std::vector<ExpressionPtr> ways;
    ways.push_back(sequence({textOf(std::string(1, low[0])), digitsBeside(low.substr(1), true)}));
    ways.push_back(sequence({textOf(std::string(1, high[0])), digitsBeside(high.substr(1), false)}));
    const auto first = static_cast<char32_t>(low[0] + 1);
    const auto last = static_cast<char32_t>(high[0] - 1);
    const auto free = static_cast<int>(low.size()) - 1;
    if (first <= last)
        ways.push_back(sequence({oneOf(range(first, last)), digits(free, free)}));
    return choice(std::move(ways));
}

/// Whole numbers, 0 <= low <= high, length by length.
ExpressionPtr naturals(std::int64_t low, std::int64_t high)
{
    std::vector<ExpressionPtr> ways;
    std::int64_t edge = 9; // the last number of as many digits
    for (; edge < low; edge = edge * 10 + 9) {
    }
    for (std::int64_t from = low; from <= high; from = edge + 1, edge = edge * 10 + 9)
        ways.push_back(digitsBetween(std::to_string(from), std::to_string(std::min(edge, high))));
    return choice(std::move(ways));
}

ExpressionPtr fraction()
{
    return sequence({textOf("."), digits(1, 15)});
}

/// Numbers from 0 <= low to high.
ExpressionPtr positiveNumbers(std::int64_t low, std::int64_t high)
{
    std::vector<ExpressionPtr> ways;
    ways.push_back(sequence({naturals(high, high), optional(sequence({textOf("."), repeat(textOf("0"), 1, 4)}))}));
    if (low < high)
        ways.push_back(sequence({naturals(low, high - 1), optional(fraction())}));
    return choice(std::move(ways));
}

/// Puts a range together from its part below 0 and the rest.
template <typename Positive>
ExpressionPtr signedRange(const JsonBounds &bounds, Positive positive)
{
    const std::int64_t low = bounds.least.value_or(-kMostJsonInteger);
    const std::int64_t high = bounds.most.value_or(kMostJsonInteger);
    if (low > high)
        return nullptr;
    std::vector<ExpressionPtr> ways;
    if (high >= 0)
        ways.push_back(positive(std::max<std::int64_t>(low, 0), high));
    if (low < 0)
        ways.push_back(sequence({textOf("-"), positive(high < 0 ? -high : std::int64_t{1}, -low)}));
    return choice(std::move(ways));
}

} // namespace

ExpressionPtr jsonSpace()
{
    CodePointSet indent = range(' ', ' ');
    indent.add('\t');
    return choice({textOf({}), textOf(" "), sequence({textOf("\n"), repeat(oneOf(std::move(indent)), 0, 20)})});
}

CodePointSet jsonPlainCharacters()
{
    CodePointSet special = range(0, 0x1F);
    special.add('"');
    special.add('\\');
    return special.inverted();
}

ExpressionPtr jsonCharacter()
{
    CodePointSet named;
    for (const char c : std::string_view("\"\\/bfnrt"))
        named.add(static_cast<std::uint32_t>(c));
    CodePointSet d = range('d', 'd');
    d.add('D');
    const ExpressionPtr hex = oneOf(hexDigits());
    const ExpressionPtr code = choice(
        {sequence({oneOf(hexDigits().without(d)), hex, hex, hex}), sequence({oneOf(std::move(d)), oneOf(range('0', '7')), hex, hex})});
    return choice({oneOf(jsonPlainCharacters()), sequence({textOf("\\"), oneOf(std::move(named))}), sequence({textOf("\\u"), code})});
}

ExpressionPtr jsonCharacter(const CodePointSet &set)
{
    std::vector<ExpressionPtr> ways;
    const CodePointSet plain = set.without(jsonPlainCharacters().inverted());
    if (!plain.empty())
        ways.push_back(oneOf(plain));
    for (char32_t c = 0; c <= '\\'; ++c) {
        if (set.contains(c) && !plain.contains(c))
            ways.push_back(escapeOf(c));
    }
    return choice(std::move(ways));
}

ExpressionPtr jsonInteger(const JsonBounds &bounds)
{
    if (bounds.least || bounds.most)
        return signedRange(bounds, naturals);
    return sequence({optional(textOf("-")), choice({textOf("0"), sequence({oneOf(range('1', '9')), digits(0, 14)})})});
}

ExpressionPtr jsonNumber(const JsonBounds &bounds)
{
    if (bounds.least || bounds.most) {
        // Between -1 and 0 numbers begin with -0, which the part below 0 lacks.
        const std::int64_t low = bounds.least.value_or(-kMostJsonInteger);
        const std::int64_t high = bounds.most.value_or(kMostJsonInteger);
        ExpressionPtr whole = signedRange(bounds, positiveNumbers);
        if (low < 0 && high >= 0)
            whole = choice({whole, sequence({textOf("-0"), fraction()})});
        return whole;
    }
    CodePointSet signs = range('+', '+');
    signs.add('-');
    CodePointSet e = range('e', 'e');
    e.add('E');
    return sequence({jsonInteger({}), optional(fraction()),
                     optional(sequence({oneOf(std::move(e)), optional(oneOf(std::move(signs))), digits(1, 2)}))});
}

} // namespace conclave::engine
