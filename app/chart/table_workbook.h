#pragma once

#include "app/chart/chart_table.h"
#include "engine/base/result.h"

#include <QByteArray>

namespace conclave::app
{

/// The table as an XLSX workbook (ECMA-376, the least that is one): numbers as numbers, what the user edited on a coloured ground; the
/// table as it was read on a second sheet where it was edited. kOutOfMemory.
engine::Result<QByteArray> tableWorkbook(const ChartReading &reading);

} // namespace conclave::app
