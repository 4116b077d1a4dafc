#pragma once

#include "engine/api/chart_axis.h"

#include <QPointF>

#include <cmath>
#include <optional>

namespace conclave::app
{

/// An axis of values as it lies on the picture that a chart was read from.
struct PictureAxis
{
    bool horizontal = false; ///< values lie along x
    bool logarithmic = false;
    engine::ChartTick first; ///< places in pixels of the user's image
    engine::ChartTick second;

    /// Nothing where the ticks calibrate nothing.
    std::optional<engine::ChartAxis> calibrated() const
    {
        return engine::ChartAxis::through(first, second, logarithmic ? engine::ChartScale::kLogarithmic : engine::ChartScale::kLinear);
    }
    double levelOf(double value) const { return logarithmic ? std::log10(value) : value; }
    double along(QPointF place) const { return horizontal ? place.x() : place.y(); }
    double across(QPointF place) const { return horizontal ? place.y() : place.x(); }
    QPointF at(double along, double across) const { return horizontal ? QPointF(along, across) : QPointF(across, along); }
};

} // namespace conclave::app
