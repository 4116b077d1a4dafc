#include "app/markdown/inline_math.h"

#include <QStringView>

namespace conclave::app
{
namespace
{

constexpr char16_t kFirstFormula = 0xE000; // the private use area
constexpr char16_t kEndOfFormulas = 0xF8FF;
constexpr qsizetype kMostLatex = 1000; // of a formula among words

qsizetype endOfCode(QStringView text, qsizetype at)
{
    qsizetype length = 0;
    while (at + length < text.size() && text[at + length] == u'`')
        ++length;
    for (qsizetype i = at + length; i < text.size();) {
        if (text[i] != u'`') {
            ++i;
            continue;
        }
        qsizetype run = 0;
        while (i + run < text.size() && text[i + run] == u'`')
            ++run;
        i += run;
        if (run == length)
            return i;
    }
    return at + length; // no code: the marks are text
}

/// Where `close` ends the formula that begins at `from`, or -1. Formulas don't reach over an empty line.
qsizetype endOf(QStringView text, qsizetype from, QStringView close, qsizetype last)
{
    if (last < from) // marks that nothing ends cost nothing
        return -1;
    for (qsizetype i = from; i < text.size() && i - from <= kMostLatex; ++i) {
        if (text[i] == u'\n' && i + 1 < text.size() && text[i + 1] == u'\n')
            return -1;
        if (text.sliced(i).startsWith(close))
            return i;
        if (text[i] == u'\\')
            ++i;
    }
    return -1;
}

bool isSpace(QStringView text, qsizetype at)
{
    return at < 0 || at >= text.size() || text[at].isSpace();
}

struct Found
{
    qsizetype end = -1; ///< behind the closing mark; -1: none
    InlineFormula formula;
};

Found found(QStringView text, qsizetype at, qsizetype from, qsizetype close, qsizetype closeSize, bool display)
{
    if (close < 0 || text.sliced(from, close - from).trimmed().isEmpty())
        return {};
    const qsizetype end = close + closeSize;
    return {end, {text.sliced(from, close - from).trimmed().toString(), text.sliced(at, end - at).toString(), display}};
}

/// Where each closing mark stands for the last time.
struct LastMarks
{
    explicit LastMarks(QStringView text)
        : round(text.lastIndexOf(u"\\)")), square(text.lastIndexOf(u"\\]")), dollars(text.lastIndexOf(u"$$")),
          dollar(text.lastIndexOf(u'$'))
    {
    }

    qsizetype round;
    qsizetype square;
    qsizetype dollars;
    qsizetype dollar;
};

Found formulaFrom(QStringView text, qsizetype at, const LastMarks &last)
{
    const QStringView rest = text.sliced(at);
    if (rest.startsWith(QLatin1String("\\(")))
        return found(text, at, at + 2, endOf(text, at + 2, u"\\)", last.round), 2, false);
    if (rest.startsWith(QLatin1String("\\[")))
        return found(text, at, at + 2, endOf(text, at + 2, u"\\]", last.square), 2, true);
    if (rest.startsWith(QLatin1String("$$")))
        return found(text, at, at + 2, endOf(text, at + 2, u"$$", last.dollars), 2, true);
    if (!rest.startsWith(u'$') || isSpace(text, at + 1))
        return {};
    const qsizetype close = endOf(text, at + 1, u"$", last.dollar);
    const bool price = close >= 0 && close + 1 < text.size() && text[close + 1].isDigit();
    return close < 0 || price || isSpace(text, close - 1) ? Found() : found(text, at, at + 1, close, 1, false);
}

} // namespace

TextWithFormulas takeFormulas(const QString &markdown)
{
    TextWithFormulas out;
    const QStringView text(markdown);
    const LastMarks last(text);
    for (qsizetype at = 0; at < text.size();) {
        const QChar character = text[at];
        if (character == u'`') {
            const qsizetype end = endOfCode(text, at);
            out.text += text.sliced(at, end - at);
            at = end;
            continue;
        }
        if ((character == u'$' || character == u'\\') && kFirstFormula + out.formulas.size() < kEndOfFormulas) {
            const Found formula = formulaFrom(text, at, last);
            if (formula.end >= 0) {
                out.text += QChar(char16_t(kFirstFormula + out.formulas.size()));
                out.formulas.append(formula.formula);
                at = formula.end;
                continue;
            }
            if (character == u'\\' && at + 1 < text.size()) {
                out.text += text.sliced(at, 2);
                at += 2;
                continue;
            }
        }
        const bool taken = character.unicode() >= kFirstFormula && character.unicode() < kEndOfFormulas;
        out.text += taken ? QChar(QChar::ReplacementCharacter) : character;
        ++at;
    }
    return out;
}

int formulaAt(QChar character)
{
    const char16_t code = character.unicode();
    return code >= kFirstFormula && code < kEndOfFormulas ? code - kFirstFormula : -1;
}

} // namespace conclave::app
