#pragma once

#include "app/chart/chart_table.h"

#include <QPointF>
#include <QVector>

#include <optional>

/// Where the values of a table belong on the picture that it was read from, by the calibration of its axes.
namespace conclave::app
{

struct PlottedCell
{
    int series = 0;
    int row = 0;
    QPointF base;                                ///< where a bar begins, in pixels of the user's image
    QPointF belongs;                             ///< the place of the value
    std::optional<QPointF> seen;                 ///< where the model saw its mark
    std::optional<double> residual;              ///< pixels along the axis from the mark that the model saw; nothing: it saw none here
    double from = 0;                             ///< of a slice, where it begins: degrees from the right, clockwise as the screen shows it
    double sweep = 0;                            ///< of a slice, in degrees; negative: the pie runs the other way round
    std::optional<double> turned = std::nullopt; ///< of a slice that was seen: how far beside its place, as a share of the full turn
    double level = 0;                            ///< of a heatmap's cell: 0 for the least value of the table, 1 for the largest
};

enum class PlotShape
{
    kBars,
    kLine,
    kPoints,
    kSlices,
    kRing,  ///< slices of a donut
    kCells, ///< of a heatmap
};

struct Replot
{
    QVector<PlottedCell> cells; ///< of every value on an axis that is known, row by row
    PlotShape shape = PlotShape::kPoints;
    bool horizontal = false; ///< values lie along x
    double barWidth = 0;     ///< pixels, guessed from how far the marks lie apart
    double radius = 0;       ///< of a pie, and of the middle of a donut's ring; its centre is the base of its slices
    QPointF cellSize;        ///< of a heatmap's cells

    const PlottedCell *at(int series, int row) const;
};

Replot replotted(const ChartTable &table);

} // namespace conclave::app
