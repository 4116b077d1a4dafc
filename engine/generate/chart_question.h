#pragma once

#include "engine/generate/chart_contents.h"

#include <string>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// Which rows and series of a table a question names. A name counts where it stands as a whole word, longer names first ("North" is not
/// named by "North Sea" if both are there); case is looked at in short names alone ("May").
class ChartQuestion
{
public:
    ChartQuestion() = default; ///< nothing is asked
    ChartQuestion(std::string_view text, const ChartContents &contents);

    bool isAsked() const { return m_asked; }
    bool namesSeries() const { return !m_series.empty(); }
    bool namesRows() const { return !m_rows.empty(); }
    bool namesSeries(int series) const;
    bool namesRow(int row) const;

private:
    bool m_asked = false;
    std::vector<int> m_series;
    std::vector<int> m_rows;
};

} // namespace conclave::engine
