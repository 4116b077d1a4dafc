#pragma once

#include "app/chart/chart_table.h"
#include "engine/api/types.h"

/// Where marks stand, to the pixel.
namespace conclave::app
{

/// The model says where a mark stands to a step of a few pixels, and now and then misses it by some of them. Where the picture shows an
/// end of a bar, a line or the edge of an area near that place, the mark is moved there and its number settled anew against it. A series
/// moves as a whole or not at all: what was found of it must have one colour. `table` as it was read, its axes as they lie on the picture;
/// `pixelsPerStep` as ChartReading's. True if anything was changed.
bool refineMarks(ChartTable &table, const engine::Image &picture, double pixelsPerStep);

} // namespace conclave::app
