#pragma once

#include "app/chart/picture_colours.h"

#include <QPointF>
#include <QVector>

namespace conclave::app
{

/// The colours around a place of a picture, gathered once.
class MarkColours
{
public:
    /// Within two steps of the place; the ground of the chart is none of them.
    MarkColours(const engine::Image &picture, QPointF place, const Colour &ground, double step);

    /// How well a colour is seen, or a blend of it and the ground, as thin lines seldom have a pixel of their own: 1 right there, 0
    /// nowhere.
    double seen(const Colour &colour) const;

private:
    struct Shade
    {
        Colour colour{};
        double apart = 0;    ///< from the place: 1 at the rim
        double distance = 0; ///< to be added to that of the colour: of a blend
    };
    QVector<Shade> m_shades;
};

} // namespace conclave::app
