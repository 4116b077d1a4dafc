#pragma once

#include "app/chart/chart_table.h"

#include <QLocale>

#include <optional>

/// Changes that a user makes to a table that was read. Each gives the changed table, or nothing where there is no such place in it, what
/// was typed is no number or no name, or the table is as large as one may be.
namespace conclave::app
{

inline constexpr qsizetype kMostSeries = 64;
inline constexpr qsizetype kMostRows = 1000;
inline constexpr qsizetype kLongestName = 500;

/// "12.5" as the program writes it in every locale, "12,5" or "1.234,5" as the locale has it. Empty or a dash: no number.
std::optional<double> typedNumber(const QString &typed, const QLocale &locale);

/// Nothing typed, or a dash: the mark is missing.
std::optional<ChartTable> withCell(const ChartTable &table, int series, int row, const QString &typed, const QLocale &locale);
std::optional<ChartTable> withRowName(const ChartTable &table, int row, const QString &name);
std::optional<ChartTable> withSeriesName(const ChartTable &table, int series, const QString &name);
/// A row or series without values, before `at` (0 to the number there is).
std::optional<ChartTable> withRow(const ChartTable &table, int at, const QString &name);
std::optional<ChartTable> withSeries(const ChartTable &table, int at, const QString &name);
/// The last one stays: a table without rows or series is none.
std::optional<ChartTable> withoutRow(const ChartTable &table, int row);
std::optional<ChartTable> withoutSeries(const ChartTable &table, int series);

/// Whether they say the same: names and values.
bool saySame(const ChartTable &one, const ChartTable &other);

} // namespace conclave::app
