#include "app/chart/row_column.h"

#include <algorithm>

namespace conclave::app
{

double medianOf(QVector<double> values)
{
    const auto middle = values.begin() + values.size() / 2;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::optional<double> columnOfRow(const ChartRow &row)
{
    QVector<double> across;
    for (const ChartCell &cell : row.cells) {
        if (cell.value)
            across.append(cell.place.x());
    }
    return across.isEmpty() ? std::nullopt : std::optional(medianOf(across));
}

} // namespace conclave::app
