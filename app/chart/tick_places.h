#pragma once

#include "app/chart/chart_table.h"
#include "engine/api/types.h"

/// Where the ticks of axes stand, to the pixel.
namespace conclave::app
{

/// The model says where a tick stands to a step of a few pixels. Where the picture shows a line of the grid, of the frame or of the axis
/// near that place, across a good part of the marks, the tick is moved onto it. `pixelsPerStep` as ChartReading's. Changes nothing but
/// the places of the table's axes. True if any was changed.
bool refineTicks(ChartTable &table, const engine::Image &picture, double pixelsPerStep);

/// Lays the axes anew through their ticks and the marks that were found in the picture (mark_places.h) with the numbers that were written
/// for them: two ticks alone calibrate no better than their places are known. Numbers that do not fit have no say.
void fitAxes(ChartTable &table, double pixelsPerStep);

} // namespace conclave::app
