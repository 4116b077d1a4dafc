#pragma once

#include "app/chart/chart_table.h"
#include "app/chart/claim_words.h"

#include <QString>
#include <QVector>

namespace conclave::app
{

/// Checks what a model wrote in its own words against the table: numbers that it did not cite, and trends.
class ClaimChecker
{
public:
    /// Both outlive the checker.
    ClaimChecker(const ChartTable &table, const QString &text) : m_table(table), m_text(text), m_words(claimWords(text)) {}

    /// The number at `start` as a claim about the table. The words of its sentence tell what it claims to be: a sum, an extreme, a mean, a
    /// ratio, a cell. What agrees becomes a citation of that; what does not is unsupported, with what the table says instead where the
    /// words tell.
    Citation number(int start, const QString &written) const;
    /// Words for rising and falling that the table contradicts. `language` of what it says instead.
    QVector<Citation> contradictedTrends(QStringView language) const;

private:
    const ChartTable &m_table;
    const QString &m_text;
    QVector<ClaimWord> m_words;
};

} // namespace conclave::app
