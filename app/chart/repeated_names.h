#pragma once

#include "app/chart/chart_table.h"

namespace conclave::app
{

/// Rows of a chart of categories have names of their own: where one was written twice another was taken for it, and nothing tells which.
/// The cells of all rows of that name become doubtful. Points of a scatter plot may share their place.
void doubtRepeatedNames(ChartTable &table);

} // namespace conclave::app
