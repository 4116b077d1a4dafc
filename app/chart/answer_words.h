#pragma once

#include "app/chart/chart_table.h"

#include <QString>
#include <QStringView>

/// Words that the program, not the model, puts into summaries and answers.
namespace conclave::app
{

enum class AnswerWord
{
    kYes,
    kNo,
    kRises,
    kFalls,
    kLevel,
    kValue, ///< of a series that nothing names
};

/// In the language of the answer ("en", "de", "zh"), which need not be that of the interface; English for any other.
QString answerWord(AnswerWord word, QStringView language);

/// What stands for <say:NAME>, translated; empty for a name that is not known.
QString sayingText(QStringView name);
/// What is said of a picture that is no chart, translated.
QString noChartText();

/// "[table: 86.5 kg]": what stands behind words that do not agree with the table, translated; empty behind those that do.
QString correctionText(const Citation &citation);
/// A summary or an answer with its corrections.
QString correctedText(const ChartSummary &summary);

/// A Chinese character.
bool isHan(QChar c);

/// The language of a question, "en", "de" or "zh", where it tells; empty: it does not.
QString languageOfQuestion(const QString &question);

} // namespace conclave::app
