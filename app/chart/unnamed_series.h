#pragma once

#include "app/chart/chart_table.h"

namespace conclave::app
{

/// Whether the name of a chart's only series was guessed: neither a title nor a label of its axis could tell it, and the model was not sure
/// of it as it is of one that it reads off a legend.
bool isGuessedName(const ChartTable &table);

} // namespace conclave::app
