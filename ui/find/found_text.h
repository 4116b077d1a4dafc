#pragma once

#include <QString>
#include <QVector>

/// Where words occur in a text: without regard to upper and lower case, and to accents of letters ("resume" finds "Résumé").
namespace conclave::ui
{

/// A text as it is compared, and where each of its characters comes from.
struct FoldedText
{
    QString text;
    QVector<qsizetype> from; ///< position in the original, for each character of `text`, and its length at the end
};

FoldedText foldedForFind(const QString &text);

struct FoundPlace
{
    qsizetype begin = 0;
    qsizetype length = 0;

    bool operator==(const FoundPlace &) const = default;
};

/// The occurrences of `needle`, folded before, that do not overlap; in the order of `text`. None of an empty one.
QVector<FoundPlace> foundIn(const QString &text, const QString &needle);

} // namespace conclave::ui
