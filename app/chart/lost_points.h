#pragma once

#include "app/chart/chart_table.h"
#include "app/chart/legend.h"

namespace conclave::app
{

/// The model writes the point of another line where lines lie close, or one point for two of them. Where a point does not have the colour
/// that its series has in the legend, and that colour is seen elsewhere in the point's column, the point is there: the nearest such place
/// to the way between its neighbours. Its number is what the axis says, without the trust of one that was read. `table`: a chart of lines,
/// whose series stand in the legend's order; the axes as they lie on the picture; `step`: pixels that a place may be off. True if any was
/// found.
bool findLostPoints(ChartTable &table, const engine::Image &picture, const Legend &legend, double step);

} // namespace conclave::app
