#pragma once

#include "engine/generate/chart_contents.h"
#include "engine/generate/question_order.h"

#include <string>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// Which rows and series of a table a question names. A name counts where it stands as a whole word, longer names first ("North" is not
/// named by "North Sea" if both are there); case is looked at in short names alone ("May"). And which of two comes first in an operation.
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

    /// What the first operand has to be of; -1: any.
    struct Operand
    {
        int series = -1;
        int row = -1;
    };
    /// Of two rows, or two series, between which nothing else leaves a doubt; any operand otherwise.
    Operand first(OrderedOperation operation) const;

private:
    struct Mention
    {
        int index = 0;
        std::size_t begin = 0; ///< where it stands first
        std::size_t end = 0;
    };
    int firstOf(const std::vector<Mention> &two, OrderedOperation operation) const;

    bool m_asked = false;
    std::string m_rest; ///< in lower case, without names
    std::vector<Mention> m_series;
    std::vector<Mention> m_rows;
};

} // namespace conclave::engine
