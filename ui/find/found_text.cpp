#include "ui/find/found_text.h"

namespace conclave::ui
{

namespace
{

bool isAccent(QChar character)
{
    return character >= QChar(0x0300) && character <= QChar(0x036f); // those of other scripts are letters of their own
}

/// A letter without its accents: "é" is "e" and an accent, "ǖ" a "u" and two.
QChar bareLetter(QChar letter)
{
    while (letter.decompositionTag() == QChar::Canonical) {
        const QString parts = letter.decomposition();
        if (parts.size() < 2 || !isAccent(parts[1])) {
            break;
        }
        letter = parts[0];
    }
    return letter;
}

} // namespace

FoldedText foldedForFind(const QString &text)
{
    FoldedText out;
    out.text.reserve(text.size());
    out.from.reserve(text.size() + 1);
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (!isAccent(text[i])) {
            // A space is a space: documents tell theirs that do not break as common ones.
            out.text.append(text[i] == QChar::Nbsp ? QChar(u' ') : bareLetter(text[i]).toCaseFolded());
            out.from.append(i);
        }
    }
    out.from.append(text.size());
    return out;
}

QVector<FoundPlace> foundIn(const QString &text, const QString &needle)
{
    QVector<FoundPlace> out;
    if (needle.isEmpty()) {
        return out;
    }
    const FoldedText folded = foldedForFind(text);
    for (qsizetype at = folded.text.indexOf(needle); at >= 0; at = folded.text.indexOf(needle, at + needle.size())) {
        const qsizetype begin = folded.from[at];
        out.append({begin, folded.from[at + needle.size()] - begin});
    }
    return out;
}

} // namespace conclave::ui
