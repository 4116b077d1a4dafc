#include "engine/generate/chart_grammar.h"

#include "engine/generate/chart_tokens.h"
#include "engine/text/utf8.h"

#include <algorithm>
#include <utility>

namespace conclave::engine
{

namespace
{

using Mask = ChartTokens::Mask;

void clearBit(Mask &mask, TokenId token)
{
    mask[static_cast<std::size_t>(token) / 64] &= ~(std::uint64_t{1} << (static_cast<std::size_t>(token) % 64));
}

constexpr int kMostRows = 64; ///< bits of a word: rows with a value are kept as one for each series

/// Byte tokens a character may still take after its first.
constexpr int kLongestRest = 3;

} // namespace

ChartGrammar::ChartGrammar(std::shared_ptr<const ChartTokens> tokens, ChartLimits limits) : m_tokens(std::move(tokens)), m_limits(limits)
{
    const auto bounded = [](int wanted, std::size_t available) { return std::clamp(wanted, 1, static_cast<int>(available)); };
    m_limits.series = bounded(limits.series, m_tokens->citedSeries.size());
    m_limits.rows = bounded(limits.rows, std::min<std::size_t>(m_tokens->citedRows.size(), kMostRows));
    m_limits.textTokens = std::max(limits.textTokens, 1);
    m_limits.numberTokens = std::max(limits.numberTokens, 2);
    m_present.resize(static_cast<std::size_t>(m_limits.series));
    m_mask.resize(m_tokens->words);
    refresh();
}

bool ChartGrammar::accept(TokenId token)
{
    if (!isAllowed(m_mask, token)) {
        return false;
    }
    step(token);
    refresh();
    return true;
}

// ---- What an accepted token changes

void ChartGrammar::step(TokenId token)
{
    switch (m_state) {
    case State::kChart:
        return stepChart(token);
    case State::kTitle:
        return startText(State::kField);
    case State::kField:
        return stepField(token);
    case State::kTick:
    case State::kTickNumber:
        return stepTick(token);
    case State::kSeries:
        return stepSeries(token);
    case State::kRow:
        return stepText(token) ? void() : stepCell(token);
    case State::kCell:
        return stepCell(token);
    case State::kCellY:
        m_present[static_cast<std::size_t>(m_cell)] |= std::uint64_t{1} << (m_rows - 1);
        ++m_cell;
        return startNumber(State::kCellNumber);
    case State::kCellNumber:
        return stepNumber(token) ? void() : stepCell(token);
    case State::kSummaryTag:
        return startText(State::kSummary);
    case State::kSummary:
        return stepSummary(token);
    case State::kCitedSeries:
        return stepCitedSeries(token);
    case State::kCitedRow:
        m_state = State::kSummary;
        return;
    case State::kDone:
        return;
    }
}

void ChartGrammar::startText(State state)
{
    m_state = state;
    m_textLength = 0;
    m_character.clear();
}

void ChartGrammar::startNumber(State state)
{
    m_state = state;
    m_textLength = 0;
    m_number = Number::kStart;
}

/// True if `token` is part of a text.
bool ChartGrammar::stepText(TokenId token)
{
    const std::string &piece = m_tokens->pieces[static_cast<std::size_t>(token)];
    if (piece.empty()) {
        return false;
    }
    ++m_textLength;
    if (piece.size() == 1) {
        m_character += piece;
        if (utf8::first(m_character).form == utf8::Form::kWhole) {
            m_character.clear();
        }
    }
    return true;
}

/// True if `token` is part of a number.
bool ChartGrammar::stepNumber(TokenId token)
{
    if (token == m_tokens->minus) {
        m_number = Number::kSign;
    } else if (token == m_tokens->dot) {
        m_number = Number::kPoint;
    } else if (isAllowed(m_tokens->digits, token)) {
        m_number = m_number == Number::kPoint || m_number == Number::kFraction ? Number::kFraction : Number::kWhole;
    } else {
        return false;
    }
    ++m_textLength;
    return true;
}

void ChartGrammar::stepChart(TokenId token)
{
    m_horizontal = token == m_tokens->charts[ChartTokens::kHbar];
    m_pie = token == m_tokens->charts[ChartTokens::kPie];
    m_state = State::kTitle;
}

void ChartGrammar::stepField(TokenId token)
{
    if (stepText(token)) {
        return;
    }
    if (token == m_tokens->cal) {
        m_state = State::kTick;
        return;
    }
    ++m_field;
    startText(State::kField);
}

void ChartGrammar::stepTick(TokenId token)
{
    if (m_state == State::kTickNumber && stepNumber(token)) {
        return;
    }
    if (token == m_tokens->series) {
        m_series = 1;
        return startText(State::kSeries);
    }
    ++m_ticks;
    m_tickPlace = token;
    startNumber(State::kTickNumber);
}

void ChartGrammar::stepSeries(TokenId token)
{
    if (stepText(token)) {
        return;
    }
    if (token == m_tokens->series) {
        ++m_series;
        return startText(State::kSeries);
    }
    m_rows = 1;
    startText(State::kRow);
}

/// A cell begins, or with the last cell written another row or the end.
void ChartGrammar::stepCell(TokenId token)
{
    if (token == m_tokens->na) {
        ++m_cell;
        m_state = State::kCell;
    } else if (token == m_tokens->row) {
        ++m_rows;
        m_cell = 0;
        startText(State::kRow);
    } else if (token == m_tokens->end) {
        m_state = State::kSummaryTag;
    } else {
        m_state = State::kCellY;
    }
}

void ChartGrammar::stepSummary(TokenId token)
{
    if (stepText(token)) {
        return;
    }
    if (token == m_tokens->eos) {
        m_state = State::kDone;
        return;
    }
    ++m_textLength;
    m_citation = token;
    m_state = State::kCitedSeries;
}

void ChartGrammar::stepCitedSeries(TokenId token)
{
    const auto &series = m_tokens->citedSeries;
    m_citedSeries = static_cast<int>(std::find(series.begin(), series.end(), token) - series.begin());
    m_state = m_citation == m_tokens->point ? State::kCitedRow : State::kSummary;
}

// ---- What may come next

void ChartGrammar::refresh()
{
    std::fill(m_mask.begin(), m_mask.end(), 0);
    switch (m_state) {
    case State::kChart:
        std::for_each(m_tokens->charts.begin(), m_tokens->charts.end(), [this](TokenId token) { allow(token); });
        break;
    case State::kTitle:
        allow(m_tokens->fields[0]);
        break;
    case State::kField:
        allowText(m_limits.textTokens, false);
        if (textIsWhole()) {
            allow(m_field + 1 < ChartTokens::kFields ? m_tokens->fields[static_cast<std::size_t>(m_field) + 1] : m_tokens->cal);
        }
        break;
    case State::kTick:
        if (m_pie) {
            allow(m_tokens->series);
        } else {
            allowAll(m_horizontal ? m_tokens->xMask : m_tokens->yMask);
        }
        break;
    case State::kTickNumber:
        allowNumber();
        if (numberIsWhole()) {
            allowAfterTickNumber();
        }
        break;
    case State::kSeries:
        allowText(m_limits.textTokens, false);
        if (textIsWhole() && m_textLength > 0) {
            allow(m_tokens->row);
            if (m_series < m_limits.series) {
                allow(m_tokens->series);
            }
        }
        break;
    case State::kRow:
        allowText(m_limits.textTokens, false);
        if (textIsWhole() && m_textLength > 0) {
            allowAfterCell();
        }
        break;
    case State::kCell:
        allowAfterCell();
        break;
    case State::kCellY:
        allowAll(m_tokens->yMask);
        break;
    case State::kCellNumber:
        allowNumber();
        if (numberIsWhole()) {
            allowAfterCell();
        }
        break;
    case State::kSummaryTag:
        allow(m_tokens->summary);
        break;
    case State::kSummary:
        allowSummary();
        break;
    case State::kCitedSeries:
        allowCitedSeries();
        break;
    case State::kCitedRow:
        allowCitedRows();
        break;
    case State::kDone:
        break;
    }
}

void ChartGrammar::allow(TokenId token)
{
    ChartTokens::set(m_mask, token);
}

void ChartGrammar::allowAll(std::span<const std::uint64_t> mask)
{
    for (std::size_t i = 0; i < m_mask.size(); ++i) {
        m_mask[i] |= mask[i];
    }
}

void ChartGrammar::allowText(int limit, bool prose)
{
    if (!m_character.empty()) { // only bytes that can go on the character
        for (int byte = 0x80; byte <= 0xBF; ++byte) {
            const TokenId token = m_tokens->bytes[static_cast<std::size_t>(byte)];
            const bool fits = utf8::first(m_character + static_cast<char>(byte)).form != utf8::Form::kInvalid;
            if (token >= 0 && fits) {
                allow(token);
            }
        }
        return;
    }
    if (m_textLength + kLongestRest < limit) {
        allowAll(prose ? m_tokens->prose : m_tokens->text);
    } else if (m_textLength < limit) {
        allowAll(prose ? m_tokens->proseNoLead : m_tokens->textNoLead);
    }
}

void ChartGrammar::allowNumber()
{
    const int left = m_limits.numberTokens - m_textLength;
    if (left > 0 || !numberIsWhole()) {
        allowAll(m_tokens->digits);
    }
    if (m_number == Number::kStart) {
        allow(m_tokens->minus);
    }
    if (m_number == Number::kWhole && left > 1) { // room for the point and a digit
        allow(m_tokens->dot);
    }
}

void ChartGrammar::allowAfterTickNumber()
{
    if (m_ticks == 2) {
        allow(m_tokens->series);
        return;
    }
    allowAll(m_horizontal ? m_tokens->xMask : m_tokens->yMask);
    clearBit(m_mask, m_tickPlace); // two ticks at one place calibrate nothing
}

void ChartGrammar::allowAfterCell()
{
    if (m_cell < m_series) {
        allowAll(m_tokens->xMask);
        allow(m_tokens->na);
        return;
    }
    if (m_rows < m_limits.rows) {
        allow(m_tokens->row);
    }
    allow(m_tokens->end);
}

void ChartGrammar::allowSummary()
{
    allowText(m_limits.summaryTokens, true);
    if (!textIsWhole()) {
        return;
    }
    allow(m_tokens->eos);
    if (m_textLength >= m_limits.summaryTokens) {
        return;
    }
    allow(m_tokens->name);
    if (std::any_of(m_present.begin(), m_present.end(), [](std::uint64_t rows) { return rows != 0; })) {
        allowAll(m_tokens->citations);
    }
}

void ChartGrammar::allowCitedSeries()
{
    for (int i = 0; i < m_series; ++i) {
        if (m_citation == m_tokens->name || hasValues(i)) {
            allow(m_tokens->citedSeries[static_cast<std::size_t>(i)]);
        }
    }
}

void ChartGrammar::allowCitedRows()
{
    const std::uint64_t present = m_present[static_cast<std::size_t>(m_citedSeries)];
    for (int row = 0; row < m_rows; ++row) {
        if (((present >> row) & 1U) != 0) {
            allow(m_tokens->citedRows[static_cast<std::size_t>(row)]);
        }
    }
}

} // namespace conclave::engine
