#include "engine/generate/chart_answer_grammar.h"

#include <algorithm>

namespace conclave::engine
{

namespace
{

constexpr int kMostMissing = 8; ///< expressions that may be owed at a time

bool needsExpression(const ChartForm &form)
{
    return std::find(form.operands.begin(), form.operands.end(), ChartOperand::kExpression) != form.operands.end();
}

const ChartForm *formOf(const std::vector<ChartForm> &forms, TokenId token)
{
    const auto found = std::find_if(forms.begin(), forms.end(), [token](const ChartForm &form) { return form.token == token; });
    return found == forms.end() ? nullptr : &*found;
}

OrderedOperation operationOf(const ChartTokens &tokens, TokenId token)
{
    using enum OrderedOperation;
    const std::pair<TokenId, OrderedOperation> operations[] = {{tokens.compare[0], kGreater},
                                                               {tokens.compare[1], kLess},
                                                               {tokens.difference, kDifference},
                                                               {tokens.ratio, kRatio},
                                                               {tokens.percent, kPercent}};
    const auto *const found =
        std::find_if(std::begin(operations), std::end(operations), [token](const auto &one) { return one.first == token; });
    return found == std::end(operations) ? kNone : found->second;
}

/// The tokens of those that are usable and named; of all usable ones where none is.
template <typename Usable, typename Named>
void allowNamed(std::span<const TokenId> tokens, int count, const Usable &usable, const Named &named, ChartMask &mask)
{
    bool any = false;
    for (const bool all : {false, true}) {
        for (int i = 0; i < count && !(all && any); ++i) {
            if (usable(i) && (all || named(i))) {
                mask.allow(tokens[static_cast<std::size_t>(i)]);
                any = any || !all;
            }
        }
    }
}

} // namespace

ChartAnswerGrammar::ChartAnswerGrammar(const ChartTokens &tokens, const ChartLimits &limits, TokenId language, bool mayBeEmpty)
    : m_tokens(tokens), m_limits(limits), m_language(language), m_mayBeEmpty(mayBeEmpty),
      m_state(tokens.answers() ? State::kLanguage : State::kStart)
{
    m_limits.numberTokens = std::max(limits.numberTokens, 2);
}

// ---- What an accepted token changes

void ChartAnswerGrammar::step(TokenId token)
{
    switch (m_state) {
    case State::kLanguage:
        m_state = State::kStart;
        return;
    case State::kStart:
    case State::kProse:
        return stepProse(token);
    case State::kOperand:
        return stepOperand(token);
    case State::kSaid:
        m_state = State::kDone;
        return;
    case State::kDone:
        return;
    }
}

void ChartAnswerGrammar::stepProse(TokenId token)
{
    if (m_text.step(m_tokens, token)) {
        m_state = State::kProse;
    } else if (const ChartForm *citation = formOf(m_tokens.citations, token)) {
        m_text.count();
        m_expressionLength = 0;
        m_bare = token == m_tokens.point;
        m_used = m_bare ? m_said : std::vector<std::pair<int, int>>();
        m_operands = m_bare ? m_operands : std::vector<std::pair<int, int>>();
        m_operation = OrderedOperation::kNone;
        m_state = State::kOperand;
        open(*citation);
    } else {
        const bool end = token == m_tokens.eos || token == m_tokens.ask;
        m_state = end ? State::kDone : State::kSaid;
    }
}

/// The operands of `form` are owed from now on; with none owed the citation is whole.
void ChartAnswerGrammar::open(const ChartForm &form)
{
    m_missing.insert(m_missing.end(), form.operands.rbegin(), form.operands.rend());
    if (m_missing.empty()) {
        m_state = State::kProse;
    } else if (m_missing.back() == ChartOperand::kLiteral) {
        m_number.start();
    }
}

void ChartAnswerGrammar::stepOperand(TokenId token)
{
    using enum ChartOperand;
    ++m_expressionLength;
    const ChartOperand operand = m_missing.back();
    if (operand == kLiteral && m_number.step(m_tokens, token)) {
        return;
    }
    m_missing.pop_back();
    if (const OrderedOperation operation = operationOf(m_tokens, token); operation != OrderedOperation::kNone) {
        m_operation = operation;
    }
    if (operand == kExpression || operand == kCell) {
        return open(*formOf(m_tokens.expressions, token));
    }
    if (operand == kCellSeries) {
        const auto &series = m_tokens.citedSeries;
        m_series = static_cast<int>(std::find(series.begin(), series.end(), token) - series.begin());
    }
    if (operand == kCellRow) {
        const auto &rows = m_tokens.citedRows;
        m_used.emplace_back(m_series, static_cast<int>(std::find(rows.begin(), rows.end(), token) - rows.begin()));
        (m_bare ? m_said : m_operands) = m_used;
    }
    if (m_missing.empty()) {
        m_state = State::kProse;
    }
}

// ---- What may come next

void ChartAnswerGrammar::allow(const ChartContents &contents, ChartMask &mask) const
{
    switch (m_state) {
    case State::kLanguage:
        if (m_language >= 0) {
            return mask.allow(m_language);
        }
        return mask.allowEach(m_tokens.languages);
    case State::kStart:
        mask.allowEach(isCitable(contents) ? m_tokens.sayings : m_tokens.smallTalk);
        return isCitable(contents) ? allowProse(contents, mask) : void();
    case State::kProse:
        return allowProse(contents, mask);
    case State::kOperand:
        return allowOperand(contents, mask);
    case State::kSaid:
        return allowEnd(mask);
    case State::kDone:
        return;
    }
}

void ChartAnswerGrammar::allowEnd(ChartMask &mask) const
{
    mask.allow(m_tokens.eos);
    if (m_tokens.answers()) {
        mask.allow(m_tokens.ask); // the model goes on to a further question
    }
}

void ChartAnswerGrammar::allowProse(const ChartContents &contents, ChartMask &mask) const
{
    m_text.allow(m_tokens, m_limits.summaryTokens, true, mask);
    if (!m_text.isWhole()) {
        return;
    }
    if (m_state == State::kProse || m_mayBeEmpty) {
        allowEnd(mask);
    }
    if (m_text.length() >= m_limits.summaryTokens) {
        return;
    }
    for (const ChartForm &citation : m_tokens.citations) {
        if (contents.meets(citation.condition)) {
            mask.allow(citation.token);
        }
    }
}

void ChartAnswerGrammar::allowOperand(const ChartContents &contents, ChartMask &mask) const
{
    using enum ChartOperand;
    switch (m_missing.back()) {
    case kExpression:
        return allowExpressions(contents, mask);
    case kCell:
        return mask.allow(m_tokens.point);
    case kCellSeries:
        return allowCellSeries(contents, mask);
    case kFilledSeries:
        return allowSeries(contents, true, mask);
    case kSeries:
        return allowSeries(contents, false, mask);
    case kCellRow:
        return allowCellRows(contents, mask);
    case kRow:
        return allowRows(contents, false, mask);
    case kFilledRow:
        return allowRows(contents, true, mask);
    case kCompare:
        return mask.allowEach(m_tokens.compare);
    case kLiteral:
        m_number.allow(m_tokens, m_limits.numberTokens, mask);
        return m_number.isWhole() ? mask.allow(m_tokens.end) : void();
    }
}

/// Expressions of expressions only while few are owed and the whole is short: every citation comes to an end.
void ChartAnswerGrammar::allowExpressions(const ChartContents &contents, ChartMask &mask) const
{
    const bool mayGrow = std::count(m_missing.begin(), m_missing.end(), ChartOperand::kExpression) < kMostMissing &&
                         m_expressionLength < m_limits.expressionTokens;
    for (const ChartForm &form : m_tokens.expressions) {
        if (contents.meets(form.condition) && (mayGrow || !needsExpression(form))) {
            mask.allow(form.token);
        }
    }
}

void ChartAnswerGrammar::allowSeries(const ChartContents &contents, bool filled, ChartMask &mask) const
{
    allowNamed(
        m_tokens.citedSeries, contents.series(), [&](int i) { return !filled || contents.seriesHasValues(i); },
        [&](int i) { return m_question.namesSeries(i); }, mask);
}

void ChartAnswerGrammar::allowRows(const ChartContents &contents, bool filled, ChartMask &mask) const
{
    allowNamed(
        m_tokens.citedRows, contents.rows(), [&](int row) { return !filled || contents.rowHasValues(row); },
        [&](int row) { return m_question.namesRow(row); }, mask);
}

std::span<const ChartAnswerGrammar::Demand> ChartAnswerGrammar::demands() const
{
    static constexpr Demand kOfExpression[] = {{.series = true, .row = true, .unused = true, .first = true},
                                               {.series = true, .row = true, .unused = true},
                                               {.series = true, .unused = true},
                                               {.row = true, .unused = true},
                                               {.unused = true},
                                               {}};
    static constexpr Demand kBare[] = {{.operand = true},
                                       {.series = true, .row = true, .unused = true},
                                       {.series = true, .row = true},
                                       {.series = true},
                                       {.row = true},
                                       {}};
    const std::span<const Demand> all = m_bare ? std::span<const Demand>(kBare) : std::span<const Demand>(kOfExpression);
    return m_question.isAsked() ? all : all.last(1);
}

std::uint64_t ChartAnswerGrammar::meeting(const Demand &demand, const ChartContents &contents, int series) const
{
    if (demand.series && m_question.namesSeries() && !m_question.namesSeries(series)) {
        return 0;
    }
    const auto first = demand.first && m_used.empty() ? m_question.first(m_operation) : ChartQuestion::Operand();
    if (first.series >= 0 && first.series != series) {
        return 0;
    }
    std::uint64_t rows = 0;
    for (int row = 0; row < contents.rows(); ++row) {
        const bool named = (!demand.row || !m_question.namesRows() || m_question.namesRow(row)) && (first.row < 0 || first.row == row);
        const auto isIn = [cell = std::pair(series, row)](const auto &cells) {
            return std::find(cells.begin(), cells.end(), cell) != cells.end();
        };
        const bool used = (demand.unused || demand.operand) && isIn(m_used);
        if (contents.isFilled(series, row) && named && !used && (!demand.operand || isIn(m_operands))) {
            rows |= std::uint64_t{1} << row;
        }
    }
    return rows;
}

void ChartAnswerGrammar::allowCellSeries(const ChartContents &contents, ChartMask &mask) const
{
    for (const Demand &demand : demands()) {
        bool any = false;
        for (int i = 0; i < contents.series(); ++i) {
            if (meeting(demand, contents, i) != 0) {
                mask.allow(m_tokens.citedSeries[static_cast<std::size_t>(i)]);
                any = true;
            }
        }
        if (any) {
            return;
        }
    }
}

void ChartAnswerGrammar::allowCellRows(const ChartContents &contents, ChartMask &mask) const
{
    for (const Demand &demand : demands()) {
        const std::uint64_t rows = meeting(demand, contents, m_series);
        for (int row = 0; row < contents.rows(); ++row) {
            if ((rows >> row & 1U) != 0) {
                mask.allow(m_tokens.citedRows[static_cast<std::size_t>(row)]);
            }
        }
        if (rows != 0) {
            return;
        }
    }
}

} // namespace conclave::engine
