#pragma once

#include "app/chart/chart_table.h"
#include "engine/api/types.h"

namespace conclave::app
{

/// The model passes over a point of a line now and then, but goes on with the next name, so that the points behind it stand a row too
/// early, to the end or until it leaves a name out as well. Where names run (NameSequence) and points stand at even distances but for such
/// gaps, points are given to the rows they stand at; those that were passed over are looked for in the picture, and rows get the names that
/// belong there. `table` as it was read, its axes as they lie on the picture; `pixelsPerStep` as ChartReading's. True if anything was
/// changed.
bool fillRowGaps(ChartTable &table, const engine::Image &picture, double pixelsPerStep);

} // namespace conclave::app
