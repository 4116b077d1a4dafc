#pragma once

#include "app/chart/chart_table.h"

#include <QString>
#include <QVector>

/// Checks what a model wrote in its own words against the table: numbers that it did not cite, and trends.
namespace conclave::app
{

/// The number at `start` of `text` as a claim about the table. The words of its sentence tell what it claims to be: a sum, an extreme, a
/// mean, a ratio, a cell. What agrees becomes a citation of that; what does not is unsupported, with what the table says instead where
/// the words tell.
Citation checkedNumber(const ChartTable &table, const QString &text, int start, const QString &written);

/// Words for rising and falling that the table contradicts. `language` of what it says instead.
QVector<Citation> contradictedTrends(const ChartTable &table, const QString &text, QStringView language);

} // namespace conclave::app
