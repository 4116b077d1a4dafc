#pragma once

#include "app/chart/legend_signs.h"

#include <QPointF>
#include <QVector>

#include <optional>

/// The legend of a chart, found in its picture by the colours of its marks.
namespace conclave::app
{

struct Legend
{
    QVector<Swatch> signs; ///< as one reads them
    Colour ground{};       ///< of the chart
};

/// The `count` signs of a legend, in a column or in lines. They are alike in size, stand in line, each has a colour of
/// its own, and most colours are found at marks; `marks`: the places of the marks of each row, in pixels; `step`: pixels that a place may
/// be off. Nothing where no such signs, or more than one such group, are found. Looks at every pixel twice.
std::optional<Legend> findLegend(const engine::Image &picture, const QVector<QVector<QPointF>> &marks, int count, double step);

} // namespace conclave::app
