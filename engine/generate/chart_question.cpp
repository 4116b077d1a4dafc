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
    bool found = false;
    for (const Named &one : names) {
        if (one.name.empty())
            continue;
        if (one.name != last) {
            last = one.name;
            found = false;
            for (std::size_t at = 0; (at = placeOf(one.name, text, lower)) != std::string::npos;) {
                found = true;
                text.replace(at, one.name.size(), one.name.size(), kTaken);
                lower.replace(at, one.name.size(), one.name.size(), kTaken);
            }
        }
        if (found)
            (one.row ? m_rows : m_series).push_back(one.index);
    }
}

bool ChartQuestion::namesSeries(int series) const
{
    return std::find(m_series.begin(), m_series.end(), series) != m_series.end();
}

bool ChartQuestion::namesRow(int row) const
{
    return std::find(m_rows.begin(), m_rows.end(), row) != m_rows.end();
}

} // namespace conclave::engine
