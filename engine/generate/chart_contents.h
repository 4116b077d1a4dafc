#pragma once

#include "engine/generate/chart_tokens.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// What a table holds: what of it can be cited, and what its rows and series are called.
class ChartContents
{
public:
    void addSeries()
    {
        m_filled.push_back(0);
        m_seriesNames.emplace_back();
    }
    void addRow() { m_rowNames.emplace_back(); }
    /// Goes on with the name of the last series, or row.
    void spellSeries(std::string_view text) { m_seriesNames.back() += text; }
    void spellRow(std::string_view text) { m_rowNames.back() += text; }
    /// The last row has a value in `series`.
    void fill(int series) { m_filled[static_cast<std::size_t>(series)] |= std::uint64_t{1} << (m_rowNames.size() - 1); }
    void nameField(int field) { m_fields[static_cast<std::size_t>(field)] = true; }

    int series() const { return static_cast<int>(m_filled.size()); }
    int rows() const { return static_cast<int>(m_rowNames.size()); }
    const std::string &seriesName(int series) const { return m_seriesNames[static_cast<std::size_t>(series)]; }
    const std::string &rowName(int row) const { return m_rowNames[static_cast<std::size_t>(row)]; }
    bool isFilled(int series, int row) const { return ((m_filled[static_cast<std::size_t>(series)] >> row) & 1U) != 0; }
    bool seriesHasValues(int series) const { return m_filled[static_cast<std::size_t>(series)] != 0; }
    bool rowHasValues(int row) const;
    bool hasValues() const;
    bool meets(ChartCondition condition) const;

private:
    std::vector<std::uint64_t> m_filled; ///< for each series a bit for each row that has a value
    std::vector<std::string> m_seriesNames;
    std::vector<std::string> m_rowNames;
    std::array<bool, ChartTokens::kFields> m_fields{}; ///< that hold a text
};

} // namespace conclave::engine
