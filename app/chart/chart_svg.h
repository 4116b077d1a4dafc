#pragma once

#include "app/chart/chart_table.h"

#include <QByteArray>

namespace conclave::app
{

/// The table drawn anew as the kind of chart that it was read from, as an SVG document. Empty: it holds no number.
QByteArray chartSvg(const ChartTable &table);

} // namespace conclave::app
