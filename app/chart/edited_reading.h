#pragma once

#include "app/chart/chart_table.h"

/// Readings whose table the user has changed.
namespace conclave::app
{

/// What the model said about a table, with the numbers of `table`.
ChartSummary summaryOf(const QString &said, const ChartTable &table);

/// Every table can that was read of a picture, also by an older version of the program.
bool canBeEdited(const ChartReading &reading);

/// `reading` with `table` in place of its own: the summary follows, and the table as it was read is kept beside it. A table that says what
/// was read is the one that was read.
ChartReading withTable(const ChartReading &reading, const ChartTable &table);

/// A table in the chart format, its places in steps of so many pixels.
QString writtenTable(const ChartTable &table, double pixelsPerStep);

/// The table in the chart format (training/MODEL.md), as a chart reader is told it when it is asked about it; empty: it cannot be.
QString writtenTable(const ChartReading &reading);

} // namespace conclave::app
