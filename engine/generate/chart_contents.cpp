#include "engine/generate/chart_contents.h"

#include <algorithm>

namespace conclave::engine
{

bool ChartContents::rowHasValues(int row) const
{
    return std::any_of(m_filled.begin(), m_filled.end(), [row](std::uint64_t rows) { return ((rows >> row) & 1U) != 0; });
}

bool ChartContents::hasValues() const
{
    return std::any_of(m_filled.begin(), m_filled.end(), [](std::uint64_t rows) { return rows != 0; });
}

bool ChartContents::meets(ChartCondition condition) const
{
    switch (condition) {
    case ChartCondition::kNone:
        return true;
    case ChartCondition::kValue:
        return hasValues();
    case ChartCondition::kTitle:
        return m_fields[0];
    case ChartCondition::kXLabel:
        return m_fields[1];
    case ChartCondition::kYLabel:
        return m_fields[2];
    case ChartCondition::kUnit:
        return m_fields[3];
    }
    return false;
}

} // namespace conclave::engine
