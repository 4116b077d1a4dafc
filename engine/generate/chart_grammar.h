#pragma once

#include "engine/generate/chart_answer_grammar.h"
#include "engine/generate/token_constraint.h"

#include <memory>
#include <span>
#include <vector>

namespace conclave::engine
{

/// What the model is to write.
struct ChartTask
{
    bool picture = true;           ///< false: nothing but a question
    std::vector<TokenId> question; ///< <ask>, its text, <answer>, to be put behind the table in place of <summary>; empty: a summary
    TokenId language = -1;         ///< <lang:L> of the summary or answer; -1: the model's choice
};

/// Lets the built-in model write nothing but a well-formed chart and a summary or an answer (training/MODEL.md), from the token behind
/// <bos> to <eos>: fields in order, text of bounded length and of whole characters, numbers with a digit, a place and a value or <na> for
/// each series of each row, citations only of what exists, expressions with all their operands, no digits in prose. What the model does not
/// choose, like the question, it is made to write: one token is allowed.
class ChartGrammar final : public TokenConstraint
{
public:
    /// `tokens` from ChartTokens::prepare.
    explicit ChartGrammar(std::shared_ptr<const ChartTokens> tokens, ChartTask task = {}, ChartLimits limits = {});

    std::span<const std::uint64_t> allowed() const override { return m_mask.words(); }
    bool accept(TokenId token) override;
    bool finished() const override { return m_part == Part::kDone; }

private:
    enum class Part
    {
        kTable,
        kSummaryTag,
        kQuestion,
        kAnswer,
        kDone,
    };

    void step(TokenId token);
    void leaveTable();
    void refresh();

    std::shared_ptr<const ChartTokens> m_tokens;
    ChartTask m_task;
    ChartMask m_mask;
    Part m_part = Part::kTable;
    std::size_t m_asked = 0; ///< tokens of the question that are written
    ChartTableGrammar m_table;
    ChartAnswerGrammar m_answer;
};

} // namespace conclave::engine
