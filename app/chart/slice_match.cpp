#include "app/chart/slice_match.h"

#include "app/chart/colour_order.h"

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr double kSliceGain = 1.2;   // in logarithms: how much better other names must fit the colours
constexpr double kBesideLabel = 2.5; // steps: a label may hide the slice at its mark

/// Places in a slice.
QVector<QPointF> around(QPointF mark, double step)
{
    const double aside = kBesideLabel * step;
    return {mark, mark + QPointF(aside, 0), mark - QPointF(aside, 0), mark + QPointF(0, aside), mark - QPointF(0, aside)};
}

} // namespace

bool matchSlices(ChartTable &table, const engine::Image &picture, double pixelsPerStep)
{
    const bool round = table.type == ChartType::kPie || table.type == ChartType::kDonut;
    const bool whole =
        std::all_of(table.rows.begin(), table.rows.end(), [](const ChartRow &row) { return row.cells.size() == 1 && row.cells[0].value; });
    if (!round || !whole || table.rows.size() < 2)
        return false;
    QVector<QPointF> marks, places;
    for (const ChartRow &row : table.rows) {
        marks.append(row.cells[0].place);
        places += around(marks.back(), pixelsPerStep);
    }
    const auto legend = findLegend(picture, {places}, int(marks.size()), pixelsPerStep);
    if (!legend)
        return false;
    Fits fits;
    for (const QPointF mark : marks)
        fits.append(colourFits(picture, mark, *legend, kBesideLabel * pixelsPerStep));
    const Order order = bestOrder(fits);
    if (fitOf(fits, order) <= fitOf(fits, orderAsRead(marks.size())) + kSliceGain)
        return false;
    QVector<ChartCell> cells(marks.size());
    for (int mark = 0; mark < order.size(); ++mark)
        cells[order[mark]] = table.rows[mark].cells[0];
    for (int row = 0; row < cells.size(); ++row)
        table.rows[row].cells[0] = cells[row];
    return true;
}

} // namespace conclave::app
