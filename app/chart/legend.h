#pragma once

#include "app/chart/picture_colours.h"

#include <QPointF>
#include <QRect>
#include <QVector>

#include <optional>

/// The legend of a chart, found in its picture by the colours of its marks.
namespace conclave::app
{

/// The sign in front of a name.
struct Swatch
{
    QRect box; ///< in pixels of the picture
    Colour colour{};
};

/// The `count` signs of a legend, in a column or in lines, as one reads them. They are alike in size, stand in line, each has a colour of
/// its own, and every colour is found at a mark; `marks`: the places of the marks of each row, in pixels; `step`: pixels that a place may
/// be off. Nothing where no such signs, or more than one such group, are found. Looks at every pixel once.
std::optional<QVector<Swatch>> findLegend(const engine::Image &picture, const QVector<QVector<QPointF>> &marks, int count, double step);

/// How well a colour is seen around a place: 1 right there, 0 nowhere near.
double colourSeen(const engine::Image &picture, QPointF place, const Colour &colour, double step);

} // namespace conclave::app
