#include "app/chart/replot_parts.h"

#include <QLineF>

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

/// Where columns or rows of a heatmap lie: as far as marks were seen, in the mean.
class GridLines
{
public:
    explicit GridLines(qsizetype count) : m_sums(count, 0), m_seen(count, 0) {}

    void add(int line, double place)
    {
        m_sums[line] += place;
        ++m_seen[line];
    }
    std::optional<double> at(int line) const { return m_seen[line] > 0 ? std::optional(m_sums[line] / m_seen[line]) : std::nullopt; }
    /// From one to the next, in the mean; 0: there are not two.
    double step() const;

private:
    QVector<double> m_sums;
    QVector<int> m_seen;
};

double GridLines::step() const
{
    int first = -1;
    int last = -1;
    for (int line = 0; line < m_seen.size(); ++line) {
        if (m_seen[line] > 0) {
            first = first < 0 ? line : first;
            last = line;
        }
    }
    return first == last ? 0 : std::abs(*at(last) - *at(first)) / (last - first);
}

struct ValueRange
{
    double low = 0;
    double high = 0;

    double level(double value) const { return high > low ? (value - low) / (high - low) : 1; }
};

ValueRange rangeOf(const ChartTable &table)
{
    std::optional<ValueRange> out;
    for (const ChartRow &row : table.rows) {
        for (const ChartCell &cell : row.cells) {
            if (cell.value && !out)
                out = ValueRange{*cell.value, *cell.value};
            else if (cell.value)
                out = ValueRange{std::min(out->low, *cell.value), std::max(out->high, *cell.value)};
        }
    }
    return out.value_or(ValueRange());
}

} // namespace

void plotGrid(const ChartTable &table, Replot &out)
{
    GridLines columns(table.series.size());
    GridLines rows(table.rows.size());
    for (int row = 0; row < table.rows.size(); ++row) {
        for (int series = 0; series < table.series.size(); ++series) {
            const ChartCell *cell = table.cell(series, row);
            if (cell && !cell->place.isNull()) {
                columns.add(series, cell->place.x());
                rows.add(row, cell->place.y());
            }
        }
    }
    const double wide = columns.step() > 0 ? columns.step() : rows.step();
    const double high = rows.step() > 0 ? rows.step() : columns.step();
    if (!(wide > 0) || !(high > 0))
        return; // one mark tells nothing of the grid
    out.cellSize = {wide, high};
    const ValueRange range = rangeOf(table);
    for (int row = 0; row < table.rows.size(); ++row) {
        for (int series = 0; series < table.series.size(); ++series) {
            const ChartCell *cell = table.cell(series, row);
            const auto x = columns.at(series);
            const auto y = rows.at(row);
            if (!cell || !cell->value || !x || !y)
                continue;
            PlottedCell plotted{series, row, QPointF(*x, *y), QPointF(*x, *y), std::nullopt, std::nullopt};
            plotted.level = range.level(*cell->value);
            if (!cell->place.isNull()) {
                plotted.seen = cell->place;
                plotted.residual = QLineF(plotted.belongs, cell->place).length();
            }
            out.cells.append(plotted);
        }
    }
}

} // namespace conclave::app
