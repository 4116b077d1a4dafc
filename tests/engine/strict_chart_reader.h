#pragma once

#include "engine/text/tokenizer.h"

#include <QString>

#include <set>
#include <string>
#include <vector>

/// Reads a written chart again, on its own and strictly: a second description of the format to hold the grammar against.
class StrictChartReader
{
public:
    using Ids = std::vector<conclave::engine::TokenId>;

    /// `whole`: the format with questions, languages and all kinds; else the first one.
    StrictChartReader(const conclave::engine::Tokenizer &tokenizer, Ids ids, bool whole)
        : m_tokenizer(tokenizer), m_ids(std::move(ids)), m_whole(whole)
    {
    }

    /// Empty: well-formed.
    QString read();

    std::size_t series() const { return m_values.size(); }
    int rows() const { return m_rows; }
    int axes() const { return m_axes; }
    int longestText() const { return m_longestText; }
    int longestExpression() const { return m_longestExpression; }

private:
    std::string peek() const { return m_at < m_ids.size() ? m_tokenizer.piece(m_ids[m_at]) : std::string("(nothing)"); }
    bool isControl() const;
    std::string take();
    bool took(const std::string &token);
    std::string plain();
    bool text(int least);
    bool number();
    bool place(const std::string &axis) { return take().starts_with("<" + axis + ":"); }
    bool calibration(const std::string &axis);
    QString head();
    bool cells();
    QString prose();
    bool citation(const std::string &token);
    bool expression();
    bool operand(const std::string &token);
    bool cell();
    bool filledSeries();
    bool filledRow();
    int index(const std::string &kind);
    bool hasValues() const;

    const conclave::engine::Tokenizer &m_tokenizer;
    Ids m_ids;
    bool m_whole;
    std::size_t m_at = 0;
    std::string m_chart;
    std::set<std::string> m_named;       ///< fields that hold a text
    std::vector<std::set<int>> m_values; ///< for each series the rows with a value
    int m_rows = 0;
    int m_axes = 0;
    int m_longestText = 0;
    int m_longestExpression = 0;
};
