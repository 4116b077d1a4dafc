#pragma once

#include "app/chart/chart_lexer.h"
#include "app/chart/chart_table.h"
#include "app/chart/citation_reader.h"

#include <QPair>

/// Turns the citations of a summary or an answer into text: the program, not the model, looks numbers up and computes them. Sentences
/// whose numbers are too uncertain are left out.
namespace conclave::app
{

class SummaryWriter
{
public:
    /// `table` outlives the writer and is complete when the summary begins.
    SummaryWriter(const ChartTable &table, ChartSummary &summary) : m_table(table), m_summary(summary) {}

    /// What comes is an answer: its first sentence was asked for, and stays.
    void keepFirst() { m_keepsFirst = true; }
    void text(QStringView text);
    void mark(const ChartMark &mark);
    /// Trims the text and marks numbers that the model wrote by itself.
    void finish();

private:
    void cite();
    void append(const Claim &claim);
    void write(QStringView text);
    void endSentence();
    QString expression() const;
    void markPlainNumbers();
    bool isCited(int start, int end) const;

    const ChartTable &m_table;
    ChartSummary &m_summary;
    QString m_language;
    QVector<CitationPiece> m_pieces;   ///< of the citation being read
    QVector<QPair<int, int>> m_quoted; ///< names and fields in the text: first and last + 1
    bool m_keepsFirst = false;
    bool m_ownWords = true; ///< the last letter is the model's, not of a claim
    int m_sentence = 0;     ///< where it begins
};

} // namespace conclave::app
