#include "app/chart/claim_trust.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

// Odds of being right, in logarithms: of what rests on certainty, for each e-fold of the probability that it rests on, of marks that are
// easily mixed up, and of marks where their series' colour is not seen at all.
constexpr double kSure = 2.6;
constexpr double kPerFold = 2.3;
constexpr double kMixedUp = -1.1;
constexpr double kUnmatched = -1.55;
constexpr double kLeast = 1e-3; // of a probability

/// Lines cross, areas overlap, and panels and points are many.
bool areMixedUp(const ChartTable &table)
{
    switch (table.type) {
    case ChartType::kLine:
    case ChartType::kStep:
    case ChartType::kArea:
    case ChartType::kStackedArea:
    case ChartType::kScatter:
    case ChartType::kMultiples:
        return table.series.size() > 1;
    default:
        return false;
    }
}

/// What is known of marks: the least of several, the mean over a whole series, whose errors even out.
class Evidence
{
public:
    explicit Evidence(const ChartTable &table) : m_table(table) {}

    /// -1: of all series or rows.
    void add(int series, int row)
    {
        addMarks(series, row);
        if (series >= 0 && !m_table.traitsOf(series).renamed)
            m_series = std::min(m_series, m_table.traitsOf(series).probability);
        if (row >= 0 && row < m_table.rows.size() && !m_table.rows[row].renamed)
            m_rows = std::min(m_rows, m_table.rows[row].probability);
    }

    double trust() const
    {
        const double probability = std::max(kLeast, m_numbers * m_series * m_rows);
        const double odds = kSure + kPerFold * std::log(probability) + (areMixedUp(m_table) ? kMixedUp : 0) + kUnmatched * (1 - m_colours);
        return 1 / (1 + std::exp(-odds));
    }

private:
    void addMarks(int series, int row)
    {
        const int rows = int(m_table.rows.size()), columns = int(m_table.series.size());
        if (row >= rows || series >= columns)
            return;
        double numbers = 0, colours = 0, count = 0;
        for (int r = std::max(0, row); r <= (row < 0 ? rows - 1 : row); ++r) {
            for (int s = std::max(0, series); s <= (series < 0 ? columns - 1 : series); ++s) {
                const ChartCell *cell = m_table.cell(s, r);
                if (!cell || !cell->value)
                    continue;
                ++count;
                numbers += cell->edited ? 1 : cell->confidence;
                colours += cell->edited ? 1 : cell->matched;
            }
        }
        if (count == 0)
            return;
        m_numbers = std::min(m_numbers, numbers / count);
        m_colours = std::min(m_colours, colours / count);
    }

    const ChartTable &m_table;
    double m_numbers = 1;
    double m_colours = 1;
    double m_series = 1; ///< their names
    double m_rows = 1;
};

} // namespace

double trustIn(const ChartTable &table, int series, int row)
{
    Evidence evidence(table);
    evidence.add(series, row);
    return evidence.trust();
}

bool isDoubtful(const ChartTable &table, int series, int row)
{
    const ChartCell *cell = table.cell(series, row);
    return cell && cell->value && !cell->edited && trustIn(table, series, row) < kDoubted;
}

double trustIn(const ChartTable &table, const Citation &citation)
{
    Evidence evidence(table);
    for (const QPoint cells : citation.cells)
        evidence.add(cells.x(), cells.y());
    return evidence.trust();
}

} // namespace conclave::app
