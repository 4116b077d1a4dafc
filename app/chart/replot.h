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
    QPointF base;                   ///< where a bar begins, in pixels of the user's image
    QPointF belongs;                ///< the place of the value
    std::optional<QPointF> seen;    ///< where the model saw its mark
    std::optional<double> residual; ///< pixels along the axis from the mark that the model saw; nothing: it saw none here
};

enum class PlotShape
{
    kBars,
    kLine,
    kPoints,
};

struct Replot
{
    QVector<PlottedCell> cells; ///< of every value on an axis that is known, row by row
    PlotShape shape = PlotShape::kPoints;
    bool horizontal = false; ///< values lie along x
    double barWidth = 0;     ///< pixels, guessed from how far the marks lie apart

    const PlottedCell *at(int series, int row) const;
};

Replot replotted(const ChartTable &table);

} // namespace conclave::app
