#pragma once

#include "app/chart/chart_table.h"
#include "engine/api/types.h"

/// Which mark belongs to which series, by the colours of the picture.
namespace conclave::app
{

/// The model sees where marks stand better than to which series they belong: lines that cross are mixed up, names of a legend are taken
/// in another order. Where the legend is found in the picture, marks of each row are given to the series whose colour they have; of bars
/// and stacks all rows alike. Series are named in the legend's order. `table` as it was read; `pixelsPerStep` as ChartReading's. True if
/// anything was changed.
bool matchSeries(ChartTable &table, const engine::Image &picture, double pixelsPerStep);

} // namespace conclave::app
