#pragma once

#include "engine/generate/chart_question.h"
#include "engine/generate/chart_table_grammar.h"

#include <span>
#include <utility>
#include <vector>

namespace conclave::engine
{

/// A summary or an answer, from behind <summary> or <answer> to <eos>: prose without digits, citations of what the table holds, expressions
/// whose operands are all there. Or a sentence of the program's own. Another question that the model begins ends it too.
class ChartAnswerGrammar
{
public:
    /// `tokens` outlive it. `language`: the <lang:L> to begin with, -1: the model's choice. `mayBeEmpty`: nothing need be said.
    ChartAnswerGrammar(const ChartTokens &tokens, const ChartLimits &limits, TokenId language, bool mayBeEmpty);

    void ask(ChartQuestion question) { m_question = std::move(question); }
    void step(TokenId token);
    /// `contents` of the table; those of an empty one without a picture.
    void allow(const ChartContents &contents, ChartMask &mask) const;
    bool finished() const { return m_state == State::kDone; }

private:
    enum class State
    {
        kLanguage,
        kStart,   ///< prose, or a sentence of the program's
        kProse,   ///< text, citations, the end
        kOperand, ///< of the citation under way
        kSaid,    ///< a sentence of the program's: only the end may follow
        kDone,
    };

    void stepProse(TokenId token);
    void stepOperand(TokenId token);
    void open(const ChartForm &form);
    bool isCitable(const ChartContents &contents) const { return contents.rows() > 0; }

    void allowProse(const ChartContents &contents, ChartMask &mask) const;
    void allowEnd(ChartMask &mask) const;
    void allowOperand(const ChartContents &contents, ChartMask &mask) const;
    void allowExpressions(const ChartContents &contents, ChartMask &mask) const;
    void allowSeries(const ChartContents &contents, bool filled, ChartMask &mask) const;
    void allowRows(const ChartContents &contents, bool filled, ChartMask &mask) const;
    void allowCellSeries(const ChartContents &contents, ChartMask &mask) const;
    void allowCellRows(const ChartContents &contents, ChartMask &mask) const;
    /// What the next cell has to have; the first of several demands that some cell meets counts.
    struct Demand
    {
        bool series = false;  ///< a series that the question names, if it names any
        bool row = false;     ///< likewise
        bool unused = false;  ///< not among m_used
        bool operand = false; ///< a cell of the expression before that was not said
        bool first = false;   ///< what the question puts first, if this is the first cell and the order matters
    };
    std::span<const Demand> demands() const;
    /// Rows of the series whose cells meet it, a bit each.
    std::uint64_t meeting(const Demand &demand, const ChartContents &contents, int series) const;

    const ChartTokens &m_tokens;
    ChartLimits m_limits;
    TokenId m_language;
    bool m_mayBeEmpty;
    State m_state;
    ChartText m_text;                    ///< of all prose; citations count as one token each
    std::vector<ChartOperand> m_missing; ///< of the citation under way, the next one last
    int m_expressionLength = 0;          ///< tokens of the citation under way
    int m_series = 0;                    ///< named last
    ChartQuestion m_question;
    OrderedOperation m_operation = OrderedOperation::kNone; ///< of the citation under way, the last of several
    bool m_bare = false;                                    ///< the citation under way is a cell
    std::vector<std::pair<int, int>> m_used;     ///< series and row of cells in the expression under way; of bare cells in the whole answer
    std::vector<std::pair<int, int>> m_said;     ///< bare cells
    std::vector<std::pair<int, int>> m_operands; ///< cells of the expression said last: "12 (20 and 8)"
    ChartNumber m_number;                        ///< a literal
};

} // namespace conclave::engine
