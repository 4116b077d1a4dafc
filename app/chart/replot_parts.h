#pragma once

#include "app/chart/replot.h"

/// Inside of replotted(): charts whose values lie along no axis. What their marks tell of the picture's geometry is all there is.
namespace conclave::app
{

/// Pies and donuts of one series. The circle is the one on which the marks of the slices lie best, in the order of the rows; nothing where
/// they lie on none.
void plotSlices(const ChartTable &table, Replot &out);
/// Heatmaps: columns and rows lie where their marks lie on the average.
void plotGrid(const ChartTable &table, Replot &out);

} // namespace conclave::app
