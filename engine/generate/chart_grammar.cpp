#include "engine/generate/chart_grammar.h"

#include <string>
#include <utility>

namespace conclave::engine
{

ChartGrammar::ChartGrammar(std::shared_ptr<const ChartTokens> tokens, ChartTask task, ChartLimits limits)
    : m_tokens(std::move(tokens)), m_task(std::move(task)), m_mask(m_tokens->words), m_table(*m_tokens, limits),
      m_answer(*m_tokens, limits, m_task.language, !m_tokens->answers())
{
    if (!m_task.picture) {
        leaveTable();
    }
    refresh();
}

bool ChartGrammar::accept(TokenId token)
{
    if (!isAllowed(m_mask.words(), token)) {
        return false;
    }
    step(token);
    refresh();
    return true;
}

void ChartGrammar::step(TokenId token)
{
    switch (m_part) {
    case Part::kTable:
        m_table.step(token);
        if (m_table.finished()) {
            leaveTable();
        }
        return;
    case Part::kSummaryTag:
        m_part = Part::kAnswer;
        return;
    case Part::kQuestion:
        ++m_asked;
        if (m_asked == m_task.question.size()) {
            m_part = Part::kAnswer;
        }
        return;
    case Part::kAnswer:
        m_answer.step(token);
        if (m_answer.finished()) {
            m_part = Part::kDone;
        }
        return;
    case Part::kDone:
        return;
    }
}

/// Of a picture that is no chart nothing can be said.
void ChartGrammar::leaveTable()
{
    if (m_task.picture && !m_table.isChart()) {
        m_part = Part::kDone;
    } else {
        m_part = m_task.question.empty() ? Part::kSummaryTag : Part::kQuestion;
    }
    if (m_part == Part::kQuestion) {
        std::string asked;
        for (const TokenId token : m_task.question) {
            asked += textOf(*m_tokens, token);
        }
        m_answer.ask(ChartQuestion(asked, m_table.contents()));
    }
}

void ChartGrammar::refresh()
{
    m_mask.clear();
    switch (m_part) {
    case Part::kTable:
        return m_table.allow(m_mask);
    case Part::kSummaryTag:
        return m_mask.allow(m_tokens->summary);
    case Part::kQuestion:
        return m_mask.allow(m_task.question[m_asked]);
    case Part::kAnswer:
        return m_answer.allow(m_table.contents(), m_mask);
    case Part::kDone:
        return;
    }
}

} // namespace conclave::engine
