#pragma once

#include "app/chart/chart_table.h"
#include "engine/api/types.h"

/// Which slice of a pie has which name, by the colours of the picture.
namespace conclave::app
{

/// The model takes names of a legend one after another, but slices may run the other way or begin elsewhere. Where the legend is found in
/// the picture, each name gets the slice that has its colour. `pixelsPerStep` as ChartReading's. True if anything was changed.
bool matchSlices(ChartTable &table, const engine::Image &picture, double pixelsPerStep);

} // namespace conclave::app
