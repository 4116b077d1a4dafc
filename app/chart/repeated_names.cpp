#include "app/chart/repeated_names.h"

#include <QHash>

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr double kRepeatedConfidence = 0.5; // one of two is right

} // namespace

void doubtRepeatedNames(ChartTable &table)
{
    if (table.type == ChartType::kScatter)
        return;
    QHash<QString, int> counts;
    for (const ChartRow &row : table.rows)
        ++counts[row.name.toCaseFolded()];
    for (ChartRow &row : table.rows) {
        if (row.name.isEmpty() || counts[row.name.toCaseFolded()] < 2)
            continue;
        for (ChartCell &cell : row.cells)
            cell.confidence = std::min(cell.confidence, kRepeatedConfidence);
    }
}

} // namespace conclave::app
