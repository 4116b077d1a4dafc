#pragma once

#include "app/chart/chart_table.h"

#include <QVector>

namespace conclave::app
{

inline constexpr double kLevelShare = 0.05; ///< of the range: a smaller change from first to last is level

/// Values of a series that are there, with their rows.
struct SeriesValues
{
    QVector<int> rows;
    QVector<double> values;

    bool isEmpty() const { return values.isEmpty(); }
    qsizetype largest() const; ///< where in both lists; the first of equal ones
    qsizetype smallest() const;
    double sum() const;
    double range() const;
};

SeriesValues valuesOf(const ChartTable &table, int series);

/// The most decimals that a number of the series was written with.
int decimalsOf(const ChartTable &table, int series);

} // namespace conclave::app
