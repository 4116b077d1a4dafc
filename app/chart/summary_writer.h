#pragma once

#include "app/chart/chart_lexer.h"
#include "app/chart/chart_table.h"

/// Turns the citations of a summary into text: the program, not the model, looks numbers up and computes them.
namespace conclave::app
{

/// The text that stands for a citation whose cell or series does not exist or holds no number.
QString unsupportedText();

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
    void write(const QString &text, Citation citation);
    void writeUnsupported(Citation citation);
    void writeCell(const QString &operation, int row, bool named);
    void writeExtreme(bool largest);
    void writeEnd(bool last);
    void writeComputed();
    void writeTrend();
    void markPlainNumbers();
    Citation plainNumber(int start, const QString &written) const;

    const ChartTable &m_table;
    ChartSummary &m_summary;
    QString m_operation; ///< of the citation being read; empty: none
    int m_series = -1;
};

} // namespace conclave::app
