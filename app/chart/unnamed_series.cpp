#include "app/chart/unnamed_series.h"

namespace conclave::app
{
namespace
{

constexpr double kRead = 0.5; // guesses have a quarter, names that are read nearly all

} // namespace

bool isGuessedName(const ChartTable &table)
{
    const QString &axis = liesOnItsSide(table.type) ? table.xLabel : table.yLabel;
    return table.series.size() == 1 && table.title.isEmpty() && axis.isEmpty() && table.traitsOf(0).probability < kRead;
}

} // namespace conclave::app
