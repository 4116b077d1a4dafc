#pragma once

#include "app/chart/replot.h"

#include <QString>

/// Cells and citations of a chart in words, for tool tips and readers of the screen.
namespace conclave::ui
{

/// "–" where the mark is missing.
QString cellText(const app::ChartCell &cell);
/// "Apples, 2021"; the row alone in a table of one series, the series or the row where all of it is meant.
QString cellName(const app::ChartTable &table, int series, int row);
/// Why a number is uncertain, what the user changed of it, and how far it lies beside its mark; a line each, often none. `plotted` may be
/// null; both indices are those of a cell.
QString cellNote(const app::ChartTable &table, int series, int row, const app::PlottedCell *plotted);
/// "Mean of Apples: 14", or what is wrong with it.
QString citationNote(const app::ChartTable &table, const app::Citation &citation);
/// How far a mark lies beside its number: "2.1 px", of a slice "0.4 %" of the circle. Empty: no mark was seen, or none is `plotted`.
QString residualText(const app::PlottedCell *plotted);

} // namespace conclave::ui
