#include "app/chart/number_text.h"
#include "app/chart/svg_plot.h"

#include <QColor>

#include <algorithm>
#include <array>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kGroupShare = 0.76; // of a row's place that its bars fill
constexpr double kLineWidth = 2.2;
constexpr double kDot = 3.4;
const QString kMarkInk = QStringLiteral("#1f2422");
using Anchor = SvgCanvas::Anchor;

std::optional<double> valueAt(const ChartTable &table, int series, int row)
{
    const ChartCell *cell = table.cell(series, row);
    return cell ? cell->value : std::nullopt;
}

QRectF between(QPointF a, QPointF b)
{
    return QRectF(a, b).normalized();
}

/// A piecewise line through steps: level until the next point.
QVector<QPointF> stepped(const QVector<QPointF> &points)
{
    QVector<QPointF> out;
    for (const QPointF point : points) {
        if (!out.isEmpty())
            out.append({point.x(), out.back().y()});
        out.append(point);
    }
    return out;
}

} // namespace

QString svgColor(int series)
{
    static const QStringList kColors{QStringLiteral("#0f766e"), QStringLiteral("#c2410c"), QStringLiteral("#6d28d9"),
                                     QStringLiteral("#1d4ed8"), QStringLiteral("#be185d"), QStringLiteral("#4d7c0f")};
    return kColors[series % kColors.size()];
}

QString wordsOf(const ChartTable &table, int series, int row)
{
    const ChartCell *cell = table.cell(series, row);
    const QString value = cell ? withUnit(shownNumber(*cell), table.unitOf(series)) : QString();
    const QString name =
        table.series.size() > 1 ? table.rows[row].name + QStringLiteral(", ") + table.series[series] : table.rows[row].name;
    return name + QStringLiteral(": ") + value;
}

QPointF SvgPlot::at(double across, double value) const
{
    const double along = values.share(value);
    return horizontal ? QPointF(area.left() + along * area.width(), area.top() + across * area.height())
                      : QPointF(area.left() + across * area.width(), area.bottom() - along * area.height());
}

void drawBars(const SvgPlot &plot, bool stacked, bool touching)
{
    const ChartTable &table = plot.table;
    const double share = (touching ? 0.98 : kGroupShare) / double(table.rows.size());
    const double zero = plot.values.logarithmic ? plot.values.low : 0;
    for (int row = 0; row < table.rows.size(); ++row) {
        double below = zero;
        for (int series = 0; series < table.series.size(); ++series) {
            const auto value = valueAt(table, series, row);
            if (!value)
                continue;
            const double width = stacked ? share : share / double(table.series.size());
            const double left = plot.middle(row) - share / 2 + (stacked ? 0 : width * series);
            const double top = stacked ? below + *value : *value;
            plot.canvas.rect(between(plot.at(left, stacked ? below : zero), plot.at(left + width * 0.96, top)), svgColor(series),
                             wordsOf(table, series, row));
            below = top;
        }
    }
}

void drawLines(const SvgPlot &plot, bool area, bool stacked, bool steps)
{
    const ChartTable &table = plot.table;
    QVector<double> below(table.rows.size(), plot.values.logarithmic ? plot.values.low : 0);
    for (int series = 0; series < table.series.size(); ++series) {
        QVector<QPointF> points;
        QVector<QPointF> ground;
        for (int row = 0; row < table.rows.size(); ++row) {
            const auto value = valueAt(table, series, row);
            if (!value)
                continue;
            const double level = stacked ? below[row] + *value : *value;
            points.append(plot.at(plot.middle(row), level));
            ground.prepend(plot.at(plot.middle(row), below[row]));
            if (stacked)
                below[row] = level;
            plot.canvas.circle(points.back(), kDot, svgColor(series), wordsOf(table, series, row));
        }
        if (area)
            plot.canvas.polygon(points + ground, svgColor(series), 0.3);
        plot.canvas.polyline(steps ? stepped(points) : points, svgColor(series), kLineWidth);
    }
}

/// Rows are named by their x where that is a number; else they lie side by side.
void drawPoints(const SvgPlot &plot)
{
    const ChartTable &table = plot.table;
    for (int row = 0; row < table.rows.size(); ++row) {
        const auto place = parseNumber(table.rows[row].name);
        const double across = table.type == ChartType::kScatter && place ? plot.places.share(*place) : plot.middle(row);
        for (int series = 0; series < table.series.size(); ++series) {
            if (const auto value = valueAt(table, series, row))
                plot.canvas.circle(plot.at(across, *value), kDot + 0.6, svgColor(series), wordsOf(table, series, row));
        }
    }
}

/// Series are minimum, quartiles with the median between them, maximum.
void drawBoxes(const SvgPlot &plot)
{
    constexpr int kFigures = 5;
    const double half = kGroupShare / double(plot.table.rows.size()) / 3;
    for (int row = 0; row < plot.table.rows.size(); ++row) {
        std::array<double, kFigures> at{};
        bool whole = true;
        for (int i = 0; i < kFigures; ++i) {
            const auto value = valueAt(plot.table, i, row);
            whole = whole && value;
            at[std::size_t(i)] = value.value_or(0);
        }
        if (!whole)
            continue;
        const double middle = plot.middle(row);
        plot.canvas.line(plot.at(middle, at[0]), plot.at(middle, at[4]), kMarkInk, 1.4);
        plot.canvas.rect(between(plot.at(middle - half, at[1]), plot.at(middle + half, at[3])), svgColor(0), plot.table.rows[row].name);
        for (const int i : {0, 2, 4})
            plot.canvas.line(plot.at(middle - half, at[std::size_t(i)]), plot.at(middle + half, at[std::size_t(i)]),
                             i == 2 ? QStringLiteral("#ffffff") : kMarkInk, 1.8);
    }
}

void drawSlices(SvgCanvas &canvas, const ChartTable &table, QRectF area, bool donut)
{
    double sum = 0;
    for (int row = 0; row < table.rows.size(); ++row)
        sum += std::max(0.0, valueAt(table, 0, row).value_or(0));
    if (sum <= 0)
        return;
    const double radius = std::min(area.width(), area.height()) / 2;
    double from = 0;
    for (int row = 0; row < table.rows.size(); ++row) {
        const double share = std::max(0.0, valueAt(table, 0, row).value_or(0)) / sum;
        if (share > 0)
            canvas.slice(area.center(), donut ? radius * 0.55 : 0, radius, from, from + share, svgColor(row), wordsOf(table, 0, row));
        from += share;
    }
}

void drawHeatmap(SvgCanvas &canvas, const ChartTable &table, QRectF area)
{
    double low = 0;
    double high = 0;
    bool any = false;
    for (int row = 0; row < table.rows.size(); ++row) {
        for (int series = 0; series < table.series.size(); ++series) {
            if (const auto value = valueAt(table, series, row)) {
                low = any ? std::min(low, *value) : *value;
                high = any ? std::max(high, *value) : *value;
                any = true;
            }
        }
    }
    const QSizeF cell(area.width() / double(table.series.size()), area.height() / double(table.rows.size()));
    for (int row = 0; row < table.rows.size(); ++row) {
        for (int series = 0; series < table.series.size(); ++series) {
            const auto value = valueAt(table, series, row);
            if (!value)
                continue;
            const double share = high > low ? (*value - low) / (high - low) : 0.5;
            const QRectF place(area.left() + series * cell.width(), area.top() + row * cell.height(), cell.width(), cell.height());
            canvas.rect(place.adjusted(1, 1, -1, -1), QColor::fromHslF(0.48F, 0.6F, float(0.94 - 0.64 * share)).name(),
                        wordsOf(table, series, row));
            canvas.text(place.center() + QPointF(0, 5), shownNumber(*table.cell(series, row)), Anchor::kMiddle, {},
                        share > 0.55 ? QStringLiteral("#ffffff") : kMarkInk);
        }
    }
}

} // namespace conclave::app
