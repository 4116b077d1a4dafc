#pragma once

#include "app/chart/chart_lexer.h"
#include "app/chart/chart_table.h"
#include "app/chart/citation_reader.h"

#include <QPair>

/// Turns the citations of a summary or an answer into text: the program, not the model, looks numbers up and computes them.
namespace conclave::app
{

class SummaryWriter
{
public:
    /// `table` outlives the writer and is complete when the summary begins.
    SummaryWriter(const ChartTable &table, ChartSummary &summary) : m_table(table), m_summary(summary) {}

    void text(QStringView text);
    void mark(const ChartMark &mark);
    /// Trims the text and marks numbers that the model wrote by itself.
    void finish();

private:
    void cite();
    void append(const Claim &claim);
    void write(const QString &text);
    QString expression() const;
    void markPlainNumbers();
    bool isCited(int start, int end) const;

    const ChartTable &m_table;
    ChartSummary &m_summary;
    QString m_language;
    QVector<CitationPiece> m_pieces;   ///< of the citation being read
    QVector<QPair<int, int>> m_quoted; ///< names and fields in the text: first and last + 1
};

} // namespace conclave::app
