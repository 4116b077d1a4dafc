#include "app/chart/series_match.h"

#include "app/chart/colour_order.h"
#include "app/chart/coloured_bars.h"
#include "app/chart/legend.h"
#include "app/chart/legend_order.h"
#include "app/chart/lost_points.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kReversedShare = 0.6;
constexpr double kClearOrder = 1.4; // times that names fit the words of a legend better in one order than in the other
constexpr double kGain = 1.2;       // in logarithms: how much better other names must fit the colours of a row

/// Where series change places from row to row: lines cross.
bool crosses(ChartType type)
{
    return type == ChartType::kLine || type == ChartType::kStep || type == ChartType::kArea;
}

/// Rectangles on an axis of values.
bool isBars(ChartType type)
{
    return type == ChartType::kBar || type == ChartType::kHorizontalBar ||
           (isStacked(type) && type != ChartType::kStackedArea && type != ChartType::kStackedArea100);
}

/// Marks have the colour of their series.
bool isColoured(ChartType type)
{
    return isStacked(type) || crosses(type) || isBars(type);
}

/// A point that has the mark's colour: a little inside, towards its base.
QPointF inside(ChartType type, const ChartCell &cell, double step)
{
    if (type == ChartType::kLine || type == ChartType::kStep)
        return cell.place;
    const double in = (cell.value.value_or(0) < 0 ? -1 : 1) * 1.2 * step;
    return cell.place + (liesOnItsSide(type) ? QPointF(-in, 0) : QPointF(0, in));
}

bool reorder(ChartRow &row, const Order &order)
{
    QVector<ChartCell> cells(row.cells.size());
    bool changed = false;
    for (int mark = 0; mark < order.size(); ++mark) {
        cells[order[mark]] = row.cells[mark];
        changed = changed || order[mark] != mark;
    }
    if (changed)
        row.cells = cells;
    return changed;
}

class Matcher
{
public:
    Matcher(ChartTable &table, const engine::Image &picture, double step) : m_table(table), m_picture(picture), m_step(step) {}

    bool match()
    {
        QVector<QVector<QPointF>> marks;
        for (const ChartRow &row : m_table.rows) {
            marks.append(QVector<QPointF>());
            for (const ChartCell &cell : row.cells) {
                if (cell.value)
                    marks.back().append(inside(m_table.type, cell, m_step));
            }
        }
        auto legend = findLegend(m_picture, marks, int(m_table.series.size()), m_step);
        if (!legend) {
            noteUnmatched();
            return false;
        }
        const Legend columns = byColumns(*legend, m_step);
        if (namesRunDown(columns, *legend))
            legend = columns;
        if (!isStacked(m_table.type) && standInTurnedOrder(m_table.series, m_picture, *legend, m_step))
            std::reverse(legend->signs.begin(), legend->signs.end());
        const bool changed = matchWith(*legend);
        noteColours(*legend);
        return changed;
    }

private:
    bool matchWith(const Legend &legend)
    {
        const QVector<Fits> fits = fitsOf(legend);
        if (isBars(m_table.type)) {
            if (const auto bars = ColouredBars::find(m_table, m_picture, legend, m_step))
                return matchBars(*bars, legend, fits);
        }
        if (isStacked(m_table.type) && isReversed(fits))
            return standInLegendsOrder(m_table.series, m_picture, legend, m_step) && reverseNames();
        if (!crosses(m_table.type))
            return matchAll(fits);
        const bool matched = matchRows(fits);
        return findLostPoints(m_table, m_picture, legend, m_step) || matched;
    }

    /// Nothing tells to which series a mark belongs, but the model.
    void noteUnmatched()
    {
        for (ChartRow &row : m_table.rows) {
            for (ChartCell &cell : row.cells)
                cell.matched = 0;
        }
    }

    void noteColours(const Legend &legend)
    {
        const QVector<Fits> fits = fitsOf(legend);
        const bool turned = !crosses(m_table.type) && fitOfAll(fits, true) > fitOfAll(fits);
        const Order order = inOrder(legend.signs.size(), turned);
        for (int row = 0; row < fits.size(); ++row) {
            for (int series = 0; series < order.size(); ++series)
                m_table.rows[row].cells[series].matched = std::min(1.0, std::exp(fits[row][series][order[series]]));
        }
    }

    /// Names stand in the legend's order or, of a stack whose first part it names last, in the opposite one.
    bool matchBars(const ColouredBars &bars, const Legend &legend, const QVector<Fits> &fits)
    {
        bool turned = bars.isReversed(), changed = false;
        if (isStacked(m_table.type)) {
            changed = turned && standInLegendsOrder(m_table.series, m_picture, legend, m_step) && reverseNames();
        } else {
            changed = matchAll(fits);
            const QVector<Fits> matched = fitsOf(legend);
            turned = fitOfAll(matched, true) > fitOfAll(matched) + kGain;
        }
        return bars.correct(m_table, inOrder(legend.signs.size(), turned)) || changed;
    }

    /// As read, or from the last sign to the first.
    static Order inOrder(qsizetype count, bool turned)
    {
        Order order = orderAsRead(count);
        if (turned)
            std::reverse(order.begin(), order.end());
        return order;
    }

    static double fitOfAll(const QVector<Fits> &all, bool turned = false)
    {
        double sum = 0;
        for (const Fits &fits : all)
            sum += fitOf(fits, inOrder(fits.size(), turned));
        return sum;
    }

    /// Whether the table's names were read down the columns of a legend: by the room that they take there, or as most marks then have the
    /// colours of their series already.
    bool namesRunDown(const Legend &columns, const Legend &lines) const
    {
        const double better = betterOrder(m_table.series, m_picture, columns, lines, m_step);
        if (better > kClearOrder || better < 1 / kClearOrder)
            return better > 1;
        return fitOfAll(fitsOf(columns)) > fitOfAll(fitsOf(lines)) + kGain;
    }

    QVector<Fits> fitsOf(const Legend &legend) const
    {
        QVector<Fits> out;
        for (const ChartRow &row : m_table.rows) {
            Fits fits;
            for (const ChartCell &cell : row.cells) {
                const QPointF place = inside(m_table.type, cell, m_step);
                fits.append(cell.value ? colourFits(m_picture, place, legend, m_step) : QVector<double>(legend.signs.size(), 0.0));
            }
            out.append(fits);
        }
        return out;
    }

    /// Parts are listed from the foot of a stack on, names may have been read off its legend from the top.
    bool reverseNames()
    {
        std::reverse(m_table.series.begin(), m_table.series.end());
        if (m_table.units.size() == m_table.series.size())
            std::reverse(m_table.units.begin(), m_table.units.end());
        if (m_table.traits.size() == m_table.series.size()) // one axis has all of them
            std::reverse(m_table.traits.begin(), m_table.traits.end());
        return true;
    }

    /// The legend of a stack may name the uppermost part first. The table may then have its names in either order.
    bool isReversed(const QVector<Fits> &all) const
    {
        int marks = 0, fitting = 0;
        for (const Fits &fits : all) {
            for (int i = 0; i < fits.size(); ++i) {
                const QVector<double> &fit = fits[i];
                marks += *std::min_element(fit.begin(), fit.end()) < 0.0;
                fitting += std::max_element(fit.begin(), fit.end()) - fit.begin() == fits.size() - 1 - i;
            }
        }
        return fitting > kReversedShare * marks;
    }

    bool matchRows(const QVector<Fits> &all)
    {
        bool changed = false;
        for (int row = 0; row < all.size(); ++row) {
            const Order order = bestOrder(all[row]);
            if (fitOf(all[row], order) > sumAsRead(all[row]) + kGain)
                changed = reorder(m_table.rows[row], order) || changed;
        }
        return changed;
    }

    bool matchAll(const QVector<Fits> &all)
    {
        Fits sum(m_table.series.size(), QVector<double>(m_table.series.size(), 0.0));
        for (const Fits &fits : all) {
            for (int mark = 0; mark < fits.size(); ++mark) {
                for (int series = 0; series < sum.size(); ++series)
                    sum[mark][series] += fits[mark][series];
            }
        }
        const Order order = bestOrder(sum);
        if (fitOf(sum, order) <= sumAsRead(sum) + kGain * double(std::max<qsizetype>(1, all.size() / 2)))
            return false;
        bool changed = false;
        for (ChartRow &row : m_table.rows)
            changed = reorder(row, order) || changed;
        return changed;
    }

    static double sumAsRead(const Fits &fits) { return fitOf(fits, orderAsRead(fits.size())); }

    ChartTable &m_table;
    const engine::Image &m_picture;
    double m_step;
};

} // namespace

bool matchSeries(ChartTable &table, const engine::Image &picture, double pixelsPerStep)
{
    const bool whole =
        std::all_of(table.rows.begin(), table.rows.end(), [&](const ChartRow &row) { return row.cells.size() == table.series.size(); });
    if (!isColoured(table.type) || table.series.size() < 2 || table.rows.isEmpty() || !whole)
        return false;
    return Matcher(table, picture, pixelsPerStep).match();
}

} // namespace conclave::app
