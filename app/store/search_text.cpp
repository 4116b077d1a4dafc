#include "app/store/search_text.h"

#include <QStringList>
#include <QVector>

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr QChar kJoint = QChar(0x200b); // ZERO WIDTH SPACE: a separator to unicode61, invisible to readers

bool setsNoSpaces(char32_t character)
{
    switch (QChar::script(character)) {
    case QChar::Script_Han:
    case QChar::Script_Hiragana:
    case QChar::Script_Katakana:
    case QChar::Script_Bopomofo:
    case QChar::Script_Thai:
    case QChar::Script_Lao:
    case QChar::Script_Khmer:
    case QChar::Script_Myanmar:
        // Their accents belong to the character before them.
        return QChar::category(character) != QChar::Mark_NonSpacing && QChar::category(character) != QChar::Mark_SpacingCombining;
    default:
        return false;
    }
}

bool isWordCharacter(char32_t character)
{
    return QChar::isLetterOrNumber(character) || QChar::isMark(character) || QChar::category(character) == QChar::Other_PrivateUse;
}

struct Term
{
    QString words;       ///< as indexed
    bool begins = false; ///< what is typed may be the beginning of a longer word
};

/// One word of the query, without anything that FTS5 could take for syntax.
Term termOf(const QString &word)
{
    QString clean;
    bool parted = false;
    for (const char32_t character : word.toUcs4()) {
        const bool alone = setsNoSpaces(character);
        clean += isWordCharacter(character) ? QString::fromUcs4(&character, 1) : QStringLiteral(" ");
        parted = alone;
    }
    const QString spaced = spacedText(clean);
    QString words = spaced.isNull() ? clean : spaced;
    words.replace(kJoint, u' ');
    words = words.simplified();
    // One Latin letter would match half of everything; a character of a script without spaces has no rest that could be missing.
    return {words, !parted && words.section(u' ', -1).size() > 1};
}

QStringList partsOf(const QString &typed, bool quoted)
{
    return quoted ? QStringList{typed} : typed.split(u' ', Qt::SkipEmptyParts);
}

} // namespace

QString spacedText(const QString &text)
{
    QString out;
    bool any = false;
    bool afterJoint = true;
    for (const char32_t character : text.toUcs4()) {
        const bool alone = setsNoSpaces(character);
        if (alone && !afterJoint)
            out += kJoint;
        out += QString::fromUcs4(&character, 1);
        if (alone)
            out += kJoint;
        afterJoint = alone;
        any = any || alone;
    }
    return any ? out : QString();
}

QString unspacedText(const QString &text)
{
    return QString(text).remove(kJoint);
}

QString searchQuery(const QString &typed)
{
    QStringList terms;
    bool quoted = false;
    for (const QString &run : typed.split(u'"')) {
        for (const QString &part : partsOf(run.simplified(), quoted)) {
            const Term term = termOf(part);
            if (!term.words.isEmpty())
                terms.append(u'"' + term.words + u'"' + (term.begins && !quoted ? QStringLiteral("*") : QString()));
        }
        quoted = !quoted;
    }
    return terms.join(u' ');
}

QString foldedText(const QString &text)
{
    QString out;
    for (const QChar character : text.normalized(QString::NormalizationForm_D)) {
        if (character.category() != QChar::Mark_NonSpacing)
            out += character;
    }
    return out.toCaseFolded();
}

bool titleMatches(const QString &title, const QString &typed)
{
    const QString haystack = foldedText(title);
    const QStringList words = foldedText(QString(typed).remove(u'"')).split(u' ', Qt::SkipEmptyParts);
    return !words.isEmpty() && std::all_of(words.begin(), words.end(), [&](const QString &word) {
        for (qsizetype at = haystack.indexOf(word); at >= 0; at = haystack.indexOf(word, at + 1)) {
            if (at == 0 || !haystack[at - 1].isLetterOrNumber() || setsNoSpaces(word.toUcs4().front()))
                return true;
        }
        return false;
    });
}

} // namespace conclave::app
