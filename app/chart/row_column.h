#pragma once

#include "app/chart/chart_table.h"

namespace conclave::app
{

/// The middle one by size, the upper of two. `values` are not empty.
double medianOf(QVector<double> values);

/// Where a row stands across its picture, in pixels: where most of its marks do. Nothing for a row without any.
std::optional<double> columnOfRow(const ChartRow &row);

} // namespace conclave::app
