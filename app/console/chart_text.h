#pragma once

#include "app/chart/chart_table.h"
#include "engine/api/types.h"

#include <QString>

/// A chart's reading as text for a terminal.
namespace conclave::app
{

/// Title, aligned table, summary.
QString chartText(const ChartReading &reading);

/// "image 120 ms · 312 tokens · 85.1 tokens/s · experts 93 % · memory 210 MB"
QString figuresText(const engine::Statistics &statistics, quint64 memoryBytes);

} // namespace conclave::app
