#pragma once

#include "app/chart/chart_table.h"

/// How far a number of a summary can be relied on, by what it rests on.
namespace conclave::app
{

/// A summary does not say what is less sure: most such numbers are wrong.
inline constexpr double kTrusted = 0.65;

/// A number below is marked: it is more likely wrong than right.
inline constexpr double kDoubted = 0.5;

/// 0..1: that the number is right, by the numbers of its cells, the names of its series and rows, whether the colour of its series is seen
/// at its marks, and the kind of chart. What a user typed is right. Fitted to what the built-in model reads off validation charts
/// (training/FINDINGS.md, "Trust").
double trustIn(const ChartTable &table, const Citation &citation);
/// The same of a cell.
double trustIn(const ChartTable &table, int series, int row);
/// Whether a cell's number is more likely wrong than right, and the user has not typed it.
bool isDoubtful(const ChartTable &table, int series, int row);

} // namespace conclave::app
