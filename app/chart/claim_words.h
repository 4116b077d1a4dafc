#pragma once

#include <QString>
#include <QVector>

/// The words by which English, German and Chinese name what a number is.
namespace conclave::app
{

enum class ClaimKind
{
    kMax,
    kMin,
    kTotal,
    kMean,
    kRange,
    kDifference,
    kTimes,
    kRise,
    kFall,
};

struct ClaimWord
{
    ClaimKind kind;
    int start = 0; ///< in the text that was searched
    int length = 0;
};

/// In the order of the text.
QVector<ClaimWord> claimWords(const QString &text);

/// First and last + 1 of the sentence around `at`, or of what of it is near. A point between digits ends none.
QPair<int, int> sentenceAround(const QString &text, int at);

/// Where `name` stands in `text` as a word of its own, the last time before `end`; -1: nowhere.
int lastMention(const QString &text, const QString &name, int begin, int end);

} // namespace conclave::app
