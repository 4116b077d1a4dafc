#pragma once

#include "app/chart/chart_table.h"
#include "app/chart/sign_map.h"

#include <optional>

namespace conclave::app
{

/// Where the rows of a bar chart stand, at even distances.
struct BarRows
{
    QVector<double> places; ///< their middles across, in pixels
    double apart = 0;
};

/// By the groups of bars that are drawn, if there are as many as rows, else by most of the marks. Nothing where these do not stand so.
std::optional<BarRows> findBarRows(const ChartTable &table, const SignMap &signs, double step);

} // namespace conclave::app
