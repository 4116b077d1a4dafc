#include "engine/generate/chart_question.h"

#include "engine/text/utf8.h"

#include <algorithm>

namespace conclave::engine
{

namespace
{

constexpr std::size_t kExactCase = 4; ///< names of fewer bytes are compared as they are written
constexpr char kTaken = '\0';         ///< what belongs to a name found before

char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string folded(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return folded(c); });
    return text;
}

bool isContinuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// Whether the character that begins at `text` continues a word of Latin letters and digits; scripts without spaces have no such words.
bool isWordAt(std::string_view text)
{
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80)
        return (first >= '0' && first <= '9') || (folded(text.front()) >= 'a' && folded(text.front()) <= 'z');
    const utf8::Character character = utf8::first(text);
    if (character.form != utf8::Form::kWhole)
        return false;
    const char32_t code = utf8::decode(text.substr(0, character.size));
    return code >= 0xC0 && code < 0x250;
}

bool isNumeral(char c)
{
    return c >= '0' && c <= '9';
}

/// Whether what stands before and behind text[at .. at + size) leaves it a word, or a number, of its own.
bool standsAlone(std::string_view text, std::size_t at, std::size_t size)
{
    if (at > 0) {
        std::size_t before = at - 1;
        while (before > 0 && isContinuation(text[before]))
            --before;
        if (isWordAt(text.substr(before)) && isWordAt(text.substr(at)))
            return false;
        if (at > 1 && isNumeral(text[at]) && (text[at - 1] == '.' || text[at - 1] == ',') && isNumeral(text[at - 2]))
            return false;
    }
    const std::size_t end = at + size;
    if (end >= text.size())
        return true;
    std::size_t last = end - 1;
    while (last > at && isContinuation(text[last]))
        --last;
    if (isWordAt(text.substr(end)) && isWordAt(text.substr(last)))
        return false;
    return !(isNumeral(text[end - 1]) && end + 1 < text.size() && (text[end] == '.' || text[end] == ',') && isNumeral(text[end + 1]));
}

/// Where `name` stands; npos: nowhere.
std::size_t placeOf(std::string_view name, std::string_view text, std::string_view lower)
{
    const bool exact = name.size() < kExactCase;
    const std::string wanted = exact ? std::string(name) : folded(std::string(name));
    const std::string_view in = exact ? text : lower;
    for (std::size_t at = in.find(wanted); at != std::string_view::npos; at = in.find(wanted, at + 1))
        if (standsAlone(text, at, wanted.size()))
            return at;
    return std::string_view::npos;
}

struct Named
{
    std::string_view name;
    bool row;
    int index;
};

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

} // namespace

ChartQuestion::ChartQuestion(std::string_view question, const ChartContents &contents) : m_asked(true)
{
    std::vector<Named> names;
    for (int i = 0; i < contents.series(); ++i)
        names.push_back({trimmed(contents.seriesName(i)), false, i});
    for (int i = 0; i < contents.rows(); ++i)
        names.push_back({trimmed(contents.rowName(i)), true, i});
    std::stable_sort(names.begin(), names.end(), [](const Named &a, const Named &b) {
        return a.name.size() != b.name.size() ? a.name.size() > b.name.size() : a.name < b.name;
    });
    std::string text(question);
    std::string lower = folded(text);
    std::string_view last; // of the same name, all are named
    std::size_t first = std::string::npos;
    for (const Named &one : names) {
        if (one.name.empty())
            continue;
        if (one.name != last) {
            last = one.name;
            first = placeOf(one.name, text, lower);
            for (std::size_t at = first; at != std::string::npos; at = placeOf(one.name, text, lower)) {
                text.replace(at, one.name.size(), one.name.size(), kTaken);
                lower.replace(at, one.name.size(), one.name.size(), kTaken);
            }
        }
        if (first != std::string::npos)
            (one.row ? m_rows : m_series).push_back({one.index, first, first + one.name.size()});
    }
    m_rest = std::move(lower);
}

bool ChartQuestion::namesSeries(int series) const
{
    return std::any_of(m_series.begin(), m_series.end(), [series](const Mention &mention) { return mention.index == series; });
}

bool ChartQuestion::namesRow(int row) const
{
    return std::any_of(m_rows.begin(), m_rows.end(), [row](const Mention &mention) { return mention.index == row; });
}

ChartQuestion::Operand ChartQuestion::first(OrderedOperation operation) const
{
    if (m_rows.size() == 2 && m_series.size() < 2)
        return {-1, firstOf(m_rows, operation)};
    if (m_series.size() == 2 && m_rows.size() < 2)
        return {firstOf(m_series, operation), -1};
    return {};
}

int ChartQuestion::firstOf(const std::vector<Mention> &two, OrderedOperation operation) const
{
    const auto [one, other] = std::minmax(two[0], two[1], [](const Mention &a, const Mention &b) { return a.begin < b.begin; });
    if (operation == OrderedOperation::kNone || one.end > other.begin)
        return -1;
    const std::string_view rest(m_rest);
    const PartedQuestion parted{rest.substr(0, one.begin), rest.substr(one.end, other.begin - one.end), rest.substr(other.end)};
    return isTurned(operation, parted) ? other.index : one.index;
}

} // namespace conclave::engine
