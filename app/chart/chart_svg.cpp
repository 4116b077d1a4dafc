#include "app/chart/chart_svg.h"

#include "app/chart/number_text.h"
#include "app/chart/svg_plot.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr QSizeF kSize(860, 520);
constexpr double kMargin = 24;
constexpr double kTitleSize = 19;
constexpr double kTextSize = 13;
constexpr double kLegendHeight = 26;
constexpr double kSwatch = 11;
constexpr int kAboutTicks = 6;
constexpr qsizetype kLongestLabel = 24;
const QString kInk = QStringLiteral("#1f2422");
const QString kQuiet = QStringLiteral("#62655f");
const QString kGrid = QStringLiteral("#e2dfd7");
using Anchor = SvgCanvas::Anchor;

struct Extent
{
    double low = 0;
    double high = 0;
    bool any = false;

    void take(double value)
    {
        low = any ? std::min(low, value) : value;
        high = any ? std::max(high, value) : value;
        any = true;
    }
};

bool isSliced(ChartType type)
{
    return type == ChartType::kPie || type == ChartType::kDonut;
}

/// Bars and areas begin at zero.
bool beginsAtZero(ChartType type)
{
    return type != ChartType::kLine && type != ChartType::kStep && type != ChartType::kScatter && type != ChartType::kBox &&
           type != ChartType::kHorizontalBox && type != ChartType::kMultiples;
}

Extent extentOf(const ChartTable &table)
{
    Extent out;
    for (int row = 0; row < table.rows.size(); ++row) {
        double sum = 0;
        for (int series = 0; series < table.series.size(); ++series) {
            const ChartCell *cell = table.cell(series, row);
            if (!cell || !cell->value || !std::isfinite(*cell->value))
                continue;
            sum += *cell->value;
            out.take(isStacked(table.type) ? sum : *cell->value);
        }
    }
    return out;
}

QString shortened(const QString &label)
{
    return label.size() <= kLongestLabel ? label : label.left(kLongestLabel - 1) + u'…';
}

bool isLogarithmic(const ChartTable &table, const Extent &extent)
{
    const PictureAxis *axis = table.axisOf(0);
    return axis && axis->logarithmic && extent.low > 0;
}

PlotScale valueScale(const ChartTable &table, Extent extent)
{
    const bool logarithmic = isLogarithmic(table, extent);
    if (beginsAtZero(table.type) && !logarithmic)
        extent.take(0);
    return PlotScale::over(extent.low, extent.high, logarithmic);
}

PlotScale placeScale(const ChartTable &table)
{
    Extent extent;
    for (const ChartRow &row : table.rows) {
        if (const auto number = parseNumber(row.name))
            extent.take(*number);
    }
    return PlotScale::over(extent.low, extent.high, false);
}

void drawLegend(SvgCanvas &canvas, const QVector<QString> &names, double y)
{
    double x = kMargin;
    for (int i = 0; i < names.size(); ++i) {
        const QString name = shortened(names[i]);
        const double width = kSwatch + 6 + SvgCanvas::widthOf(name, kTextSize) + 18;
        if (x + width > kSize.width() - kMargin)
            return; // what does not fit is named by the marks' own words
        canvas.rect(QRectF(x, y - kSwatch + 1, kSwatch, kSwatch), svgColor(i));
        canvas.text({x + kSwatch + 6, y}, name, Anchor::kStart, {kTextSize}, kInk);
        x += width;
    }
}

void drawValueAxis(const SvgPlot &plot)
{
    for (const double tick : plot.values.ticks()) {
        const QPointF from = plot.at(0, tick);
        plot.canvas.line(from, plot.at(1, tick), kGrid, 1);
        const QPointF label = plot.horizontal ? QPointF(from.x(), plot.area.bottom() + 18) : QPointF(plot.area.left() - 8, from.y() + 4);
        plot.canvas.text(label, numberText(tick), plot.horizontal ? Anchor::kMiddle : Anchor::kEnd, {kTextSize}, kQuiet);
    }
    const QString name = plot.table.yLabel + (plot.table.unit.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(plot.table.unit));
    if (plot.horizontal)
        plot.canvas.text({plot.area.center().x(), plot.area.bottom() + 40}, name.trimmed(), Anchor::kMiddle, {kTextSize}, kQuiet);
    else
        plot.canvas.text({kMargin, plot.area.center().y()}, name.trimmed(), Anchor::kMiddle, {kTextSize, false, true}, kQuiet);
}

bool liesByNumber(const ChartTable &table)
{
    return table.type == ChartType::kScatter &&
           std::any_of(table.rows.begin(), table.rows.end(), [](const ChartRow &row) { return parseNumber(row.name).has_value(); });
}

/// Every so many names that they do not touch.
void drawRowAxis(const SvgPlot &plot)
{
    const ChartTable &table = plot.table;
    if (liesByNumber(table)) {
        for (const double tick : plot.places.ticks()) {
            const double x = plot.area.left() + plot.places.share(tick) * plot.area.width();
            plot.canvas.text({x, plot.area.bottom() + 18}, numberText(tick), Anchor::kMiddle, {kTextSize}, kQuiet);
        }
    } else {
        double widest = 0;
        for (const ChartRow &row : table.rows)
            widest = std::max(widest, SvgCanvas::widthOf(shortened(row.name), kTextSize) + 10);
        const double room =
            plot.horizontal ? plot.area.height() / double(table.rows.size()) : plot.area.width() / double(table.rows.size());
        const int each = std::max(1, int(std::ceil((plot.horizontal ? kTextSize + 4 : widest) / room)));
        for (int row = 0; row < table.rows.size(); row += each) {
            const QPointF middle = plot.at(plot.middle(row), plot.values.low);
            const QPointF at =
                plot.horizontal ? QPointF(plot.area.left() - 8, middle.y() + 4) : QPointF(middle.x(), plot.area.bottom() + 18);
            plot.canvas.text(at, shortened(table.rows[row].name), plot.horizontal ? Anchor::kEnd : Anchor::kMiddle, {kTextSize}, kInk);
        }
    }
    if (!plot.horizontal)
        plot.canvas.text({plot.area.center().x(), plot.area.bottom() + 40}, table.xLabel, Anchor::kMiddle, {kTextSize}, kQuiet);
}

void drawMarks(const SvgPlot &plot)
{
    switch (plot.table.type) {
    case ChartType::kLine:
    case ChartType::kMultiples:
        return drawLines(plot, false, false, false);
    case ChartType::kStep:
        return drawLines(plot, false, false, true);
    case ChartType::kArea:
        return drawLines(plot, true, false, false);
    case ChartType::kStackedArea:
    case ChartType::kStackedArea100:
        return drawLines(plot, true, true, false);
    case ChartType::kScatter:
        return drawPoints(plot);
    case ChartType::kBox:
    case ChartType::kHorizontalBox:
        return drawBoxes(plot);
    default:
        return drawBars(plot, isStacked(plot.table.type), plot.table.type == ChartType::kHistogram);
    }
}

double widestName(const ChartTable &table)
{
    double widest = 0;
    for (const ChartRow &row : table.rows)
        widest = std::max(widest, SvgCanvas::widthOf(shortened(row.name), kTextSize));
    return widest;
}

void drawWithAxes(SvgCanvas &canvas, const ChartTable &table, QRectF area, const Extent &extent)
{
    SvgPlot plot{canvas, table, area, valueScale(table, extent), placeScale(table), liesOnItsSide(table.type)};
    const double left = plot.horizontal ? widestName(table) + 16 : 78;
    plot.area.adjust(left, 0, 0, -48);
    drawValueAxis(plot);
    drawMarks(plot);
    drawRowAxis(plot);
}

void drawAsHeatmap(SvgCanvas &canvas, const ChartTable &table, QRectF area)
{
    area.adjust(widestName(table) + 16, 0, 0, -28);
    drawHeatmap(canvas, table, area);
    for (int row = 0; row < table.rows.size(); ++row)
        canvas.text({area.left() - 8, area.top() + (row + 0.5) * area.height() / double(table.rows.size()) + 4},
                    shortened(table.rows[row].name), Anchor::kEnd, {kTextSize}, kInk);
    for (int series = 0; series < table.series.size(); ++series)
        canvas.text({area.left() + (series + 0.5) * area.width() / double(table.series.size()), area.bottom() + 18},
                    shortened(table.series[series]), Anchor::kMiddle, {kTextSize}, kInk);
}

QVector<QString> legendOf(const ChartTable &table)
{
    if (isSliced(table.type)) {
        QVector<QString> names;
        for (const ChartRow &row : table.rows)
            names.append(row.name);
        return names;
    }
    const bool none = table.series.size() < 2 || table.type == ChartType::kHeatmap || table.type == ChartType::kBox ||
                      table.type == ChartType::kHorizontalBox;
    return none ? QVector<QString>() : table.series;
}

} // namespace

double PlotScale::share(double value) const
{
    if (logarithmic)
        return std::log10(std::max(value, low) / low) / std::log10(high / low);
    return (value - low) / (high - low);
}

PlotScale PlotScale::over(double low, double high, bool logarithmic)
{
    PlotScale out;
    out.logarithmic = logarithmic;
    if (logarithmic) {
        out.low = std::pow(10, std::floor(std::log10(low)));
        out.high = std::max(out.low * 10, std::pow(10, std::ceil(std::log10(high))));
        return out;
    }
    const double wide = high > low ? high - low : std::max(1.0, std::abs(high));
    const double raw = wide / kAboutTicks;
    const double unit = std::pow(10, std::floor(std::log10(raw)));
    out.step = raw <= unit ? unit : raw <= 2 * unit ? 2 * unit : raw <= 5 * unit ? 5 * unit : 10 * unit;
    out.low = std::floor(low / out.step) * out.step;
    out.high = std::ceil(high / out.step) * out.step;
    if (!(out.high > out.low))
        out.high = out.low + out.step;
    return out;
}

QVector<double> PlotScale::ticks() const
{
    QVector<double> out;
    if (logarithmic) {
        for (double tick = low; tick <= high * 1.001; tick *= 10)
            out.append(tick);
        return out;
    }
    const int count = std::min(4 * kAboutTicks, int(std::lround((high - low) / step)));
    for (int i = 0; i <= count; ++i)
        out.append(std::round((low / step) + i) * step);
    for (double &tick : out)
        tick = roundedText(tick, std::clamp(-int(std::floor(std::log10(step))), 0, 12)).toDouble(); // 0.30000000000000004 is none
    return out;
}

QByteArray chartSvg(const ChartTable &table)
{
    const Extent extent = extentOf(table);
    if (!extent.any || table.rows.isEmpty() || table.series.isEmpty())
        return {};
    SvgCanvas canvas(kSize, table.title);
    canvas.text({kMargin, kMargin + kTitleSize - 4}, table.title, Anchor::kStart, {kTitleSize, true}, kInk);
    QRectF area(QPointF(0, 0), kSize);
    area.adjust(kMargin, kMargin + kTitleSize + 18, -kMargin, -kMargin + 8);
    if (const QVector<QString> names = legendOf(table); !names.isEmpty()) {
        drawLegend(canvas, names, area.top() + 4);
        area.adjust(0, kLegendHeight, 0, 0);
    }
    if (isSliced(table.type))
        drawSlices(canvas, table, area.adjusted(0, 4, 0, -10), table.type == ChartType::kDonut);
    else if (table.type == ChartType::kHeatmap)
        drawAsHeatmap(canvas, table, area);
    else
        drawWithAxes(canvas, table, area, extent);
    return canvas.finish();
}

} // namespace conclave::app
