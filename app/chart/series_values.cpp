#include "app/chart/series_values.h"

#include "app/chart/number_text.h"

#include <algorithm>

namespace conclave::app
{

qsizetype SeriesValues::largest() const
{
    return std::max_element(values.begin(), values.end()) - values.begin();
}

qsizetype SeriesValues::smallest() const
{
    return std::min_element(values.begin(), values.end()) - values.begin();
}

double SeriesValues::sum() const
{
    double sum = 0;
    for (const double value : values)
        sum += value;
    return sum;
}

double SeriesValues::range() const
{
    return values[largest()] - values[smallest()];
}

SeriesValues valuesOf(const ChartTable &table, int series)
{
    SeriesValues out;
    for (int row = 0; row < table.rows.size(); ++row) {
        const ChartCell *cell = table.cell(series, row);
        if (!cell || !cell->value)
            continue;
        out.rows.append(row);
        out.values.append(*cell->value);
    }
    return out;
}

int decimalsOf(const ChartTable &table, int series)
{
    int most = 0;
    for (int row = 0; row < table.rows.size(); ++row) {
        if (const ChartCell *cell = table.cell(series, row); cell && cell->value)
            most = std::max(most, decimalsOf(cell->text.isEmpty() ? numberText(*cell->value) : cell->text));
    }
    return most;
}

} // namespace conclave::app
