#include "app/chart/chart_lexer.h"

#include "app/chart/chart_kind.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace conclave::app
{
namespace
{

constexpr auto kPlainMarks = std::to_array<std::u16string_view>(
    {u"pad",  u"bos",   u"eos",  u"title",   u"xlabel", u"ylabel", u"unit",    u"cal",   u"log",   u"series",  u"row",  u"na",
     u"end",  u"unk",   u"ask",  u"answer",  u"pt",     u"max",    u"min",     u"first", u"last",  u"total",   u"mean", u"range",
     u"name", u"trend", u"add",  u"sub",     u"diff",   u"div",    u"pct",     u"share", u"gt",    u"lt",      u"calc", u"count",
     u"num",  u"sum",   u"rows", u"columns", u"yesno",  u"larger", u"smaller", u"maxof", u"minof", u"rowname", u"kind", u"summary"});
constexpr auto kNumberedMarks = std::to_array<std::u16string_view>({u"s", u"r", u"x", u"y"});
constexpr auto kWordMarks = std::to_array<std::u16string_view>({u"say", u"lang"}); // their words are looked up by whoever takes them
constexpr qsizetype kLongestMark = 24;                                             // "<chart:stacked100area>" fits
constexpr qsizetype kLongestIndex = 4;

template <std::size_t N>
bool contains(const std::array<std::u16string_view, N> &words, QStringView word)
{
    return std::any_of(words.begin(), words.end(),
                       [&](std::u16string_view w) { return word == QStringView(w.data(), qsizetype(w.size())); });
}

int indexOf(QStringView word)
{
    if (word.isEmpty() || word.size() > kLongestIndex)
        return -1;
    int value = 0;
    for (const QChar c : word) {
        if (c < u'0' || c > u'9')
            return -1;
        value = value * 10 + (c.unicode() - u'0');
    }
    return value;
}

/// `inner` is what stands between '<' and '>'.
bool parseMark(QStringView inner, ChartMark &mark)
{
    const qsizetype colon = inner.indexOf(u':');
    const QStringView name = colon < 0 ? inner : inner.left(colon);
    const QStringView word = colon < 0 ? QStringView() : inner.mid(colon + 1);
    mark.name = name.toString();
    mark.word = word.toString();
    mark.index = indexOf(word);
    if (colon < 0)
        return contains(kPlainMarks, name);
    if (name == QLatin1String("chart"))
        return chartTypeFromName(word) != ChartType::kUnknown;
    if (contains(kWordMarks, name))
        return !word.isEmpty();
    return contains(kNumberedMarks, name) && mark.index >= 0;
}

bool mayContinueMark(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u':';
}

} // namespace

void ChartLexer::push(QStringView piece, double probability)
{
    m_textProbability = probability;
    for (const QChar c : piece) {
        if (m_held.isEmpty()) {
            if (c != u'<') {
                m_text += c;
                continue;
            }
            m_held = c;
            m_heldProbability = probability;
            continue;
        }
        m_heldProbability = std::min(m_heldProbability, probability);
        if (c == u'>') {
            m_held += c;
            takeHeld();
        } else if (mayContinueMark(c) && m_held.size() < kLongestMark) {
            m_held += c;
        } else {
            m_text += m_held;
            m_textProbability = std::min(m_textProbability, m_heldProbability);
            m_held.clear();
            if (c == u'<') {
                m_held = c;
                m_heldProbability = probability;
            } else {
                m_text += c;
            }
        }
    }
    giveText();
}

void ChartLexer::takeHeld()
{
    ChartMark mark;
    mark.probability = m_heldProbability;
    if (parseMark(QStringView(m_held).mid(1, m_held.size() - 2), mark)) {
        giveText();
        m_onMark(mark);
    } else {
        m_text += m_held;
        m_textProbability = std::min(m_textProbability, m_heldProbability);
    }
    m_held.clear();
}

void ChartLexer::giveText()
{
    if (m_text.isEmpty())
        return;
    m_onText(m_text, m_textProbability);
    m_text.clear();
}

void ChartLexer::finish()
{
    m_text += m_held;
    m_textProbability = m_heldProbability;
    m_held.clear();
    giveText();
}

} // namespace conclave::app
