#include "app/chart/replot.h"

#include "app/chart/number_text.h"
#include "app/chart/replot_parts.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kFarthest = 1e5; // pixels: far outside of any picture, and painters still bear it
constexpr double kBarShare = 0.8; // of the distance between two marks
constexpr double kLoneBar = 24;   // pixels

PlotShape shapeOf(ChartType type)
{
    switch (type) {
    case ChartType::kBar:
    case ChartType::kStacked:
    case ChartType::kStacked100:
    case ChartType::kHorizontalBar:
    case ChartType::kHorizontalStacked:
    case ChartType::kHorizontalStacked100:
    case ChartType::kHistogram:
        return PlotShape::kBars;
    case ChartType::kLine:
    case ChartType::kArea:
    case ChartType::kStackedArea:
    case ChartType::kStackedArea100:
    case ChartType::kStep:
        return PlotShape::kLine;
    case ChartType::kPie:
        return PlotShape::kSlices;
    case ChartType::kDonut:
        return PlotShape::kRing;
    case ChartType::kHeatmap:
        return PlotShape::kCells;
    default:
        return PlotShape::kPoints;
    }
}

bool wasSeen(const ChartCell *cell)
{
    return cell && !cell->place.isNull();
}

/// Across the axis: where rows lie, and how far beside them series do. What the user added finds its place between the others.
class Columns
{
public:
    Columns(const ChartTable &table, bool horizontal);
    double of(int series, int row) const;

private:
    double across(QPointF place) const { return m_horizontal ? place.y() : place.x(); }
    void centreRows();
    void fillRows();
    void shiftSeries();

    const ChartTable &m_table;
    bool m_horizontal;
    QVector<std::optional<double>> m_rows;
    QVector<double> m_shifts;
};

Columns::Columns(const ChartTable &table, bool horizontal)
    : m_table(table), m_horizontal(horizontal), m_rows(table.rows.size()), m_shifts(table.series.size(), 0)
{
    centreRows();
    shiftSeries();
    fillRows();
}

void Columns::centreRows()
{
    for (int row = 0; row < m_table.rows.size(); ++row) {
        double sum = 0;
        int seen = 0;
        for (const ChartCell &cell : m_table.rows[row].cells) {
            if (!wasSeen(&cell))
                continue;
            sum += across(cell.place);
            ++seen;
        }
        if (seen > 0)
            m_rows[row] = sum / seen;
    }
}

void Columns::shiftSeries()
{
    for (int series = 0; series < m_table.series.size(); ++series) {
        double sum = 0;
        int seen = 0;
        for (int row = 0; row < m_table.rows.size(); ++row) {
            if (const ChartCell *cell = m_table.cell(series, row); wasSeen(cell)) {
                sum += across(cell->place) - *m_rows[row];
                ++seen;
            }
        }
        m_shifts[series] = seen > 0 ? sum / seen : 0;
    }
}

/// Rows without a mark lie between their neighbours, at the ends as far apart as the others.
void Columns::fillRows()
{
    QVector<int> known;
    for (int row = 0; row < m_rows.size(); ++row) {
        if (m_rows[row])
            known.append(row);
    }
    if (known.isEmpty())
        return;
    for (int row = 0; row < m_rows.size(); ++row) {
        if (m_rows[row])
            continue;
        const auto after = std::upper_bound(known.begin(), known.end(), row);
        const bool atEnd = after == known.end();
        const int right = atEnd ? known.back() : *after;
        const int left = atEnd                    ? known[std::max<qsizetype>(0, known.size() - 2)]
                         : after == known.begin() ? known[std::min<qsizetype>(1, known.size() - 1)]
                                                  : *(after - 1);
        const double step = left == right ? 0 : (*m_rows[right] - *m_rows[left]) / (right - left);
        m_rows[row] = *m_rows[right] + step * (row - right);
    }
}

double Columns::of(int series, int row) const
{
    if (const ChartCell *cell = m_table.cell(series, row); wasSeen(cell))
        return across(cell->place);
    return m_rows[row].value_or(0) + m_shifts[series];
}

/// Where bars begin: at zero, on a logarithmic axis at its lower tick.
double baseOf(const PictureAxis &axis, const engine::ChartAxis &scale)
{
    if (!axis.logarithmic)
        return scale.placeOf(0);
    return axis.first.value < axis.second.value ? axis.first.place : axis.second.place;
}

double bounded(double place)
{
    return std::clamp(place, -kFarthest, kFarthest);
}

/// Of a scatter, whose rows are named by their x.
std::optional<double> placeOfRow(const ChartTable &table, int row)
{
    if (table.rowAxis < 0 || table.rowAxis >= table.axes.size())
        return std::nullopt;
    const auto scale = table.axes[table.rowAxis].calibrated();
    const auto number = parseNumber(table.rows[row].name);
    if (!scale || !number || !std::isfinite(scale->placeOf(*number)))
        return std::nullopt;
    return bounded(scale->placeOf(*number));
}

double widthOfBars(const Replot &plot)
{
    QVector<double> places;
    for (const PlottedCell &cell : plot.cells)
        places.append(plot.horizontal ? cell.belongs.y() : cell.belongs.x());
    std::sort(places.begin(), places.end());
    double least = 0;
    for (qsizetype i = 1; i < places.size(); ++i) {
        const double apart = places[i] - places[i - 1];
        if (apart >= 2 && (least == 0 || apart < least)) // parts of a stack lie above one another, a pixel or so apart
            least = apart;
    }
    return least == 0 ? kLoneBar : least * kBarShare;
}

} // namespace

const PlottedCell *Replot::at(int series, int row) const
{
    const auto before = [](const PlottedCell &cell, QPoint place) {
        return cell.row != place.y() ? cell.row < place.y() : cell.series < place.x();
    };
    const auto found = std::lower_bound(cells.begin(), cells.end(), QPoint(series, row), before);
    return found == cells.end() || found->series != series || found->row != row ? nullptr : &*found;
}

Replot replotted(const ChartTable &table)
{
    Replot out;
    out.shape = shapeOf(table.type);
    if (out.shape == PlotShape::kSlices || out.shape == PlotShape::kRing) {
        plotSlices(table, out);
        return out;
    }
    if (out.shape == PlotShape::kCells) {
        plotGrid(table, out);
        return out;
    }
    out.horizontal = !table.axes.isEmpty() && table.axes.front().horizontal;
    const Columns columns(table, out.horizontal);
    const bool stacked = isStacked(table.type);
    for (int row = 0; row < table.rows.size(); ++row) {
        double below = 0; // the parts of a stack so far
        const std::optional<double> ownPlace = placeOfRow(table, row);
        for (int series = 0; series < table.series.size(); ++series) {
            const ChartCell *cell = table.cell(series, row);
            const PictureAxis *axis = table.axisOf(series);
            const auto scale = axis ? axis->calibrated() : std::nullopt;
            if (!cell || !cell->value || !scale)
                continue;
            const double level = *cell->value + (stacked ? below : 0);
            const double place = scale->placeOf(level);
            const double base = stacked && below != 0 ? scale->placeOf(below) : baseOf(*axis, *scale);
            below = level;
            if (!std::isfinite(place) || !std::isfinite(base))
                continue;
            const double across = ownPlace.value_or(columns.of(series, row));
            PlottedCell plotted{series, row, axis->at(bounded(base), across), axis->at(bounded(place), across), std::nullopt, std::nullopt};
            if (wasSeen(cell)) {
                plotted.seen = cell->place;
                plotted.residual = std::abs(axis->along(plotted.belongs) - axis->along(cell->place));
            }
            out.cells.append(plotted);
        }
    }
    out.barWidth = widthOfBars(out);
    return out;
}

} // namespace conclave::app
