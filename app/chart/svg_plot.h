#pragma once

#include "app/chart/chart_table.h"
#include "app/chart/svg_canvas.h"

#include <QRectF>

/// Inside of chartSvg: chart_svg.cpp draws frame, axes and legend, chart_svg_marks.cpp what stands between them.
namespace conclave::app
{

/// An axis of values with round ticks.
struct PlotScale
{
    double low = 0;
    double high = 1;
    double step = 1;
    bool logarithmic = false;

    /// 0 at its lower end, 1 at its upper.
    double share(double value) const;
    QVector<double> ticks() const;

    static PlotScale over(double low, double high, bool logarithmic);
};

struct SvgPlot
{
    SvgCanvas &canvas;
    const ChartTable &table;
    QRectF area;
    PlotScale values;
    PlotScale places; ///< of a scatter's rows
    bool horizontal = false;

    /// `across` from 0 to 1 along the axis of rows.
    QPointF at(double across, double value) const;
    /// The middle of a row's share of the axis of rows.
    double middle(int row) const { return (row + 0.5) / double(table.rows.size()); }
};

QString svgColor(int series);
/// "Berlin, 2024: 50 kg".
QString wordsOf(const ChartTable &table, int series, int row);

void drawBars(const SvgPlot &plot, bool stacked, bool touching);
void drawLines(const SvgPlot &plot, bool area, bool stacked, bool stepped);
void drawPoints(const SvgPlot &plot);
void drawBoxes(const SvgPlot &plot);
void drawSlices(SvgCanvas &canvas, const ChartTable &table, QRectF area, bool donut);
void drawHeatmap(SvgCanvas &canvas, const ChartTable &table, QRectF area);

} // namespace conclave::app
