#include "engine/generate/chart_table_grammar.h"

#include <algorithm>

namespace conclave::engine
{

namespace
{

constexpr int kMostRows = 64; ///< bits of a word: rows with a value are kept as one for each series
constexpr int kYLabel = 2, kUnit = 3;
constexpr int kTicks = 2; ///< that calibrate an axis

} // namespace

ChartTableGrammar::ChartTableGrammar(const ChartTokens &tokens, const ChartLimits &limits) : m_tokens(tokens), m_limits(limits)
{
    const auto bounded = [](int wanted, std::size_t available) { return std::clamp(wanted, 1, static_cast<int>(available)); };
    m_limits.series = bounded(limits.series, tokens.citedSeries.size());
    m_limits.rows = bounded(limits.rows, std::min<std::size_t>(tokens.citedRows.size(), kMostRows));
    m_limits.textTokens = std::max(limits.textTokens, 1);
    m_limits.numberTokens = std::max(limits.numberTokens, 2);
}

// ---- What an accepted token changes

void ChartTableGrammar::step(TokenId token)
{
    switch (m_state) {
    case State::kKind:
        return stepKind(token);
    case State::kTitle:
        return startText(State::kField);
    case State::kField:
        return stepField(token);
    case State::kCal:
    case State::kTick:
    case State::kTickNumber:
        return stepAxis(token);
    case State::kSeries:
        return stepSeries(token);
    case State::kRow:
        return m_text.step(m_tokens, token) ? m_contents.spellRow(textOf(m_tokens, token)) : stepCell(token);
    case State::kCell:
        return stepCell(token);
    case State::kCellY:
        m_contents.fill(m_cell);
        ++m_cell;
        m_number.start();
        m_state = State::kCellNumber;
        return;
    case State::kCellNumber:
        return m_number.step(m_tokens, token) ? void() : stepCell(token);
    case State::kEnd:
        m_state = State::kDone;
        return;
    case State::kDone:
        return;
    }
}

void ChartTableGrammar::startText(State state)
{
    m_state = state;
    m_text.start();
}

void ChartTableGrammar::stepKind(TokenId token)
{
    m_kind = m_tokens.kind(token);
    m_state = m_kind->isChart ? State::kTitle : State::kEnd;
}

void ChartTableGrammar::stepField(TokenId token)
{
    if (m_text.step(m_tokens, token)) {
        if (!isOwnField()) {
            m_contents.nameField(m_field);
        }
        return;
    }
    if (token == m_tokens.cal) {
        return startAxis();
    }
    ++m_field;
    startText(State::kField);
}

void ChartTableGrammar::startAxis()
{
    ++m_axes;
    m_ticks = 0;
    m_log = false;
    m_state = State::kCal;
}

void ChartTableGrammar::stepAxis(TokenId token)
{
    if (m_state == State::kTickNumber && m_number.step(m_tokens, token)) {
        return;
    }
    if (token == m_tokens.series) {
        return startSeries();
    }
    if (token == m_tokens.cal) {
        return startAxis();
    }
    if (token == m_tokens.log) {
        m_log = true;
        m_state = State::kTick;
        return;
    }
    ++m_ticks;
    m_tickPlace = token;
    m_number.start(m_log);
    m_state = State::kTickNumber;
}

void ChartTableGrammar::startSeries()
{
    m_contents.addSeries();
    startText(State::kSeries);
}

void ChartTableGrammar::stepSeries(TokenId token)
{
    if (m_text.step(m_tokens, token)) {
        return m_contents.spellSeries(textOf(m_tokens, token));
    }
    if (token == m_tokens.series) {
        return startSeries();
    }
    if (token == m_tokens.cal) {
        return startAxis();
    }
    if (token == m_tokens.fields[kYLabel]) {
        m_field = kYLabel;
        return startText(State::kField);
    }
    m_contents.addRow();
    startText(State::kRow);
}

/// A cell begins, or with the last cell written another row or the end.
void ChartTableGrammar::stepCell(TokenId token)
{
    if (token == m_tokens.na) {
        ++m_cell;
        m_state = State::kCell;
    } else if (token == m_tokens.row) {
        m_contents.addRow();
        m_cell = 0;
        startText(State::kRow);
    } else if (token == m_tokens.end) {
        m_state = State::kDone;
    } else {
        m_state = State::kCellY;
    }
}

// ---- What may come next

void ChartTableGrammar::allow(ChartMask &mask) const
{
    switch (m_state) {
    case State::kKind:
        std::for_each(m_tokens.kinds.begin(), m_tokens.kinds.end(), [&](const ChartKind &kind) { mask.allow(kind.token); });
        return;
    case State::kTitle:
        return mask.allow(m_tokens.fields[0]);
    case State::kField:
        return allowField(mask);
    case State::kCal:
        return allowCal(mask);
    case State::kTick:
        return allowPlaces(mask);
    case State::kTickNumber:
        m_number.allow(m_tokens, m_limits.numberTokens, mask);
        return m_number.isWhole() ? allowAfterTick(mask) : void();
    case State::kSeries:
        m_text.allow(m_tokens, m_limits.textTokens, false, mask);
        return m_text.isWhole() && m_text.length() > 0 ? allowAfterSeries(mask) : void();
    case State::kRow:
        m_text.allow(m_tokens, m_limits.textTokens, false, mask);
        return m_text.isWhole() && m_text.length() > 0 ? allowAfterCell(mask) : void();
    case State::kCell:
        return allowAfterCell(mask);
    case State::kCellY:
        return mask.allowAll(m_tokens.yMask);
    case State::kCellNumber:
        m_number.allow(m_tokens, m_limits.numberTokens, mask);
        return m_number.isWhole() ? allowAfterCell(mask) : void();
    case State::kEnd:
        return mask.allow(m_tokens.end);
    case State::kDone:
        return;
    }
}

void ChartTableGrammar::allowField(ChartMask &mask) const
{
    m_text.allow(m_tokens, m_limits.textTokens, false, mask);
    if (m_text.isWhole()) {
        mask.allow(m_field < kUnit ? m_tokens.fields[static_cast<std::size_t>(m_field) + 1] : m_tokens.cal);
    }
}

void ChartTableGrammar::allowCal(ChartMask &mask) const
{
    if (m_kind->values == ChartKind::Values::kNone) {
        return mask.allow(m_tokens.series);
    }
    allowPlaces(mask);
    if (m_tokens.log >= 0) {
        mask.allow(m_tokens.log);
    }
}

/// Ticks of values lie along the axis of values; the second axis of a chart whose rows have places is theirs.
void ChartTableGrammar::allowPlaces(ChartMask &mask) const
{
    const bool ofRows = m_kind->placesRows && m_axes == 2;
    mask.allowAll(ofRows || m_kind->values == ChartKind::Values::kAcross ? m_tokens.xMask : m_tokens.yMask);
}

void ChartTableGrammar::allowAfterTick(ChartMask &mask) const
{
    if (m_ticks == kTicks) {
        return allowAfterAxis(mask);
    }
    allowPlaces(mask);
    mask.forbid(m_tickPlace); // two ticks at one place calibrate nothing
}

void ChartTableGrammar::allowAfterAxis(ChartMask &mask) const
{
    mask.allow(m_tokens.series);
    if (m_kind->placesRows && m_axes == 1) {
        mask.allow(m_tokens.cal);
    }
}

void ChartTableGrammar::allowAfterSeries(ChartMask &mask) const
{
    mask.allow(m_tokens.row);
    if (m_contents.series() == m_limits.series) {
        return;
    }
    mask.allow(m_tokens.series);
    if (m_kind->severalAxes) {
        mask.allow(m_tokens.cal);
        mask.allow(m_tokens.fields[kYLabel]);
    }
}

void ChartTableGrammar::allowAfterCell(ChartMask &mask) const
{
    if (m_cell < m_contents.series()) {
        mask.allowAll(m_tokens.xMask);
        mask.allow(m_tokens.na);
        return;
    }
    if (m_contents.rows() < m_limits.rows) {
        mask.allow(m_tokens.row);
    }
    mask.allow(m_tokens.end);
}

} // namespace conclave::engine
