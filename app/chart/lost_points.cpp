#include "app/chart/lost_points.h"

#include "app/chart/mark_colours.h"
#include "app/chart/number_text.h"
#include "app/chart/picture_profile.h"
#include "app/chart/row_column.h"
#include "app/chart/series_values.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kLost = 0.2;            // a colour that is seen less at a point is not there
constexpr double kThere = 0.6;           // one that is seen more is
constexpr double kKnown = 0.5;           // of the points that show the way
constexpr double kColumnBreadth = 0.3;   // steps, of the column that is looked at
constexpr double kBehindStep = 1.5;      // steps behind a point, where most lines in steps are level
constexpr double kBeyondTicks = 0.1;     // of the distance of its ticks, where there may be points yet
constexpr double kPointConfidence = 0.6; // of a number that is the place of a line

class PointFinder
{
public:
    PointFinder(ChartTable &table, const engine::Image &picture, const Legend &legend, double step)
        : m_table(table), m_picture(picture), m_legend(legend), m_step(step)
    {
    }

    bool find()
    {
        bool any = false;
        for (int series = 0; series < m_table.series.size(); ++series)
            any = findIn(series) || any;
        return any;
    }

private:
    bool findIn(int series)
    {
        const PictureAxis *axis = m_table.axisOf(series);
        const auto calibrated = axis && !axis->horizontal ? axis->calibrated() : std::nullopt;
        if (!calibrated || isGrey(m_legend.signs[series], m_legend.ground)) // as are axes and letters
            return false;
        QVector<double> seen;
        const int decimals = decimalsOf(m_table, series);
        for (const ChartRow &row : m_table.rows)
            seen.append(row.cells[series].value ? seenAt(row.cells[series].place, series) : 0);
        bool any = false;
        for (int row = 0; row < m_table.rows.size(); ++row) {
            ChartCell &cell = m_table.rows[row].cells[series];
            if (!cell.value || seen[row] >= kLost)
                continue;
            const auto place = placeOf(row, series, *axis, seen);
            if (!place)
                continue;
            cell.place = *place;
            cell.placed = calibrated->valueAt(place->y());
            cell.value = parseNumber(roundedText(*cell.placed, decimals));
            cell.text.clear(); // the model wrote another's
            cell.confidence = cell.probability = kPointConfidence;
            any = true;
        }
        return any;
    }

    std::optional<QPointF> placeOf(int row, int series, const PictureAxis &axis, const QVector<double> &seen) const
    {
        const double middle = (axis.first.place + axis.second.place) / 2, length = std::abs(axis.first.place - axis.second.place);
        const double column = *columnOfRow(m_table.rows[row]),
                     looked = column + (m_table.type == ChartType::kStep ? kBehindStep * m_step : 0);
        const PictureProfile profile(m_picture, false, middle, (0.5 + kBeyondTicks) * length, looked, kColumnBreadth * m_step);
        const auto along = profile.strokeNear(between(row, series, seen), m_legend.signs[series].colour);
        const bool found = along && seenAt({looked, *along}, series) >= kThere;
        return found ? std::optional(QPointF(column, *along)) : std::nullopt;
    }

    double seenAt(QPointF place, int series) const
    {
        return MarkColours(m_picture, place, m_legend.ground, m_step).seen(m_legend.signs[series].colour);
    }

    /// Half-way from the last point before that is known to the next one, as far as there are any.
    double between(int row, int series, const QVector<double> &seen) const
    {
        QVector<double> places;
        for (const int side : {-1, 1}) {
            int other = row + side;
            while (other >= 0 && other < seen.size() && seen[other] <= kKnown)
                other += side;
            if (other >= 0 && other < seen.size())
                places.append(m_table.rows[other].cells[series].place.y());
        }
        return places.isEmpty() ? m_table.rows[row].cells[series].place.y() : (places.front() + places.back()) / 2;
    }

    ChartTable &m_table;
    const engine::Image &m_picture;
    const Legend &m_legend;
    double m_step;
};

} // namespace

bool findLostPoints(ChartTable &table, const engine::Image &picture, const Legend &legend, double step)
{
    const bool isLine = table.type == ChartType::kLine || table.type == ChartType::kStep;
    return isLine && PointFinder(table, picture, legend, step).find();
}

} // namespace conclave::app
