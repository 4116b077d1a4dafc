#include "app/chart/citation_reader.h"

#include "app/chart/answer_words.h"
#include "app/chart/number_text.h"
#include "app/chart/series_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace conclave::app
{
namespace
{

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr int kLiteralDecimals = 6, kRatioDecimals = 2, kPercentDecimals = 1;

template <std::size_t N>
bool isOneOf(const QString &name, const std::array<const char *, N> &names)
{
    return std::any_of(names.begin(), names.end(), [&](const char *other) { return name == QLatin1String(other); });
}

bool isOfSeries(const QString &name)
{
    return isOneOf(name, std::array{"max", "min", "first", "last", "total", "mean", "range"});
}

bool takesTwo(const QString &name)
{
    return isOneOf(name, std::array{"add", "sub", "diff", "div", "pct", "share"});
}

QString shown(double value, int decimals, const QString &unit)
{
    return withUnit(roundedText(value, decimals), unit);
}

/// Where among the values of a series the one is that an operation names; -1: it is computed over all of them.
qsizetype placeOf(const QString &operation, const SeriesValues &found)
{
    if (operation == QLatin1String("max"))
        return found.largest();
    if (operation == QLatin1String("min"))
        return found.smallest();
    if (operation == QLatin1String("first"))
        return 0;
    return operation == QLatin1String("last") ? found.values.size() - 1 : -1;
}

double computed(const QString &operation, const SeriesValues &found)
{
    if (operation == QLatin1String("total"))
        return found.sum();
    return operation == QLatin1String("mean") ? found.sum() / double(found.values.size()) : found.range();
}

} // namespace

QString unsupportedText()
{
    return QStringLiteral("[?]");
}

CitationReader::CitationReader(const ChartTable &table, QStringView language, const QVector<CitationPiece> &pieces)
    : m_table(table), m_language(language), m_pieces(pieces)
{
}

CitationReader::Outcome CitationReader::outcome() const
{
    return m_broken ? Outcome::kBroken : m_unfinished ? Outcome::kUnfinished : Outcome::kWhole;
}

CitationReader::Outcome CitationReader::read()
{
    m_claim.text = unsupportedText();
    m_claim.citation.supported = false;
    m_claim.citation.series = -1;
    claimed(take().mark);
    if (const auto &cells = m_claim.citation.cells; cells.size() == 1) {
        m_claim.citation.series = cells.front().x();
        m_claim.citation.row = cells.front().y();
    }
    return outcome();
}

const CitationPiece &CitationReader::take()
{
    static const CitationPiece kNothing;
    if (m_at < m_pieces.size())
        return m_pieces[m_at++];
    m_unfinished = true;
    return kNothing;
}

/// Of a series or a row; -1 where something else stands.
int CitationReader::index(QLatin1String letter)
{
    const CitationPiece &piece = take();
    if (piece.mark == letter)
        return piece.index;
    m_broken = m_broken || !m_unfinished;
    return -1;
}

// ---- Expressions

/// <s:i><r:j> behind <pt>.
CitationReader::CellName CitationReader::cell()
{
    const int series = index(QLatin1String("s"));
    const int row = index(QLatin1String("r"));
    const ChartCell *found = m_table.cell(series, row);
    touch(series, row);
    return {series, row, found && found->value ? *found->value : kMissing};
}

CitationReader::Value CitationReader::operand()
{
    const CitationPiece &piece = take();
    if (piece.mark == QLatin1String("pt")) {
        const CellName named = cell();
        return {named.value, decimalsOf(m_table, named.series), m_table.unitOf(named.series)};
    }
    if (isOfSeries(piece.mark))
        return ofSeries(piece.mark);
    if (piece.mark == QLatin1String("sum"))
        return ofRow();
    if (piece.mark == QLatin1String("num"))
        return {literal(piece), kLiteralDecimals, {}};
    if (piece.mark == QLatin1String("rows"))
        return {double(m_table.rows.size()), 0, {}};
    if (piece.mark == QLatin1String("columns"))
        return {double(m_table.series.size()), 0, {}};
    if (piece.mark == QLatin1String("count"))
        return count();
    if (takesTwo(piece.mark))
        return two(piece.mark);
    m_broken = m_broken || !m_unfinished;
    return {kMissing, 0, {}};
}

CitationReader::Value CitationReader::ofSeries(const QString &operation)
{
    const int series = index(QLatin1String("s"));
    const SeriesValues found = valuesOf(m_table, series);
    Value out{kMissing, decimalsOf(m_table, series), m_table.unitOf(series)};
    if (operation == QLatin1String("mean"))
        ++out.decimals;
    if (found.isEmpty()) {
        touch(series, -1);
        return out;
    }
    const qsizetype at = placeOf(operation, found);
    out.number = at < 0 ? computed(operation, found) : found.values[at];
    touch(series, at < 0 ? -1 : found.rows[at]);
    return out;
}

/// The sum over a row.
CitationReader::Value CitationReader::ofRow()
{
    const int row = index(QLatin1String("r"));
    touch(-1, row);
    Value out{kMissing, 0, m_table.commonUnit()};
    for (int series = 0; series < m_table.series.size(); ++series) {
        out.decimals = std::max(out.decimals, decimalsOf(m_table, series));
        if (const ChartCell *found = m_table.cell(series, row); found && found->value)
            out.number = std::isnan(out.number) ? *found->value : out.number + *found->value;
    }
    return out;
}

double CitationReader::literal(const CitationPiece &piece)
{
    if (take().mark != QLatin1String("end"))
        m_broken = m_broken || !m_unfinished;
    return parseNumber(piece.digits).value_or(kMissing);
}

bool CitationReader::greater()
{
    const QString &mark = take().mark;
    if (mark != QLatin1String("gt") && mark != QLatin1String("lt"))
        m_broken = m_broken || !m_unfinished;
    return mark == QLatin1String("gt");
}

CitationReader::Value CitationReader::count()
{
    const int series = index(QLatin1String("s"));
    const bool above = greater();
    const double limit = operand().number;
    touch(series, -1);
    const SeriesValues found = valuesOf(m_table, series);
    const auto counted =
        std::count_if(found.values.begin(), found.values.end(), [&](double value) { return above ? value > limit : value < limit; });
    return {double(counted), 0, {}};
}

CitationReader::Value CitationReader::two(const QString &operation)
{
    if (m_unfinished || m_broken)
        return {kMissing, 0, {}};
    const Value a = operand();
    const Value b = operand();
    const int decimals = std::max(a.decimals, b.decimals);
    if (operation == QLatin1String("add"))
        return {a.number + b.number, decimals, a.unit};
    if (operation == QLatin1String("sub"))
        return {a.number - b.number, decimals, a.unit};
    if (operation == QLatin1String("diff"))
        return {std::abs(a.number - b.number), decimals, a.unit};
    const double by = b.number == 0 ? kMissing : b.number;
    if (operation == QLatin1String("div"))
        return {a.number / by, kRatioDecimals, {}};
    const double percent = operation == QLatin1String("pct") ? 100 * (a.number - by) / std::abs(by) : 100 * a.number / by;
    return {percent, kPercentDecimals, QStringLiteral("%")};
}

// ---- Citations

void CitationReader::support(const QString &text, double value)
{
    m_claim.text = text;
    m_claim.citation.value = value;
    m_claim.citation.supported = true;
}

void CitationReader::name(const QString &text)
{
    support(text, 0);
    m_claim.linked = false;
}

void CitationReader::claimed(const QString &operation)
{
    m_claim.citation.operation = operation == QLatin1String("pt") ? QStringLiteral("cell") : operation;
    if (operation == QLatin1String("pt")) {
        claimCell();
    } else if (isOfSeries(operation)) {
        claimSeries(operation);
    } else if (operation == QLatin1String("trend")) {
        claimTrend();
    } else if (operation == QLatin1String("calc")) {
        if (const Value value = operand(); !std::isnan(value.number))
            support(shown(value.number, value.decimals, value.unit), value.number);
    } else if (operation == QLatin1String("yesno")) {
        claimYesNo();
    } else if (operation == QLatin1String("larger") || operation == QLatin1String("smaller")) {
        claimPicked(operation == QLatin1String("larger"));
    } else if (operation == QLatin1String("maxof") || operation == QLatin1String("minof")) {
        claimExtremeOfRow(operation == QLatin1String("maxof"));
    } else if (!claimName(operation)) {
        m_broken = true;
    }
}

void CitationReader::claimCell()
{
    const CellName named = cell();
    if (!std::isnan(named.value))
        support(shown(named.value, decimalsOf(m_table, named.series), m_table.unitOf(named.series)), named.value);
}

void CitationReader::claimSeries(const QString &operation)
{
    const Value value = ofSeries(operation);
    if (std::isnan(value.number))
        return;
    const QString number = shown(value.number, value.decimals, value.unit);
    const int row = m_claim.citation.cells.back().y();
    support(row < 0 ? number : m_table.rows[row].name + QStringLiteral(" (") + number + u')', value.number);
}

/// The series that is ahead, or behind, in a row.
void CitationReader::claimExtremeOfRow(bool largest)
{
    const int row = index(QLatin1String("r"));
    CellName best{-1, row, kMissing};
    for (int series = 0; series < m_table.series.size(); ++series) {
        const ChartCell *found = m_table.cell(series, row);
        if (found && found->value && (best.series < 0 || (largest ? *found->value > best.value : *found->value < best.value)))
            best = {series, row, *found->value};
    }
    touch(best.series, row);
    if (best.series >= 0)
        support(m_table.series[best.series] + QStringLiteral(" (") +
                    shown(best.value, decimalsOf(m_table, best.series), m_table.unitOf(best.series)) + u')',
                best.value);
}

void CitationReader::claimTrend()
{
    const int series = index(QLatin1String("s"));
    const SeriesValues found = valuesOf(m_table, series);
    touch(series, -1);
    if (found.isEmpty())
        return;
    const double change = found.values.back() - found.values.front();
    const AnswerWord word = std::abs(change) <= kLevelShare * found.range() ? AnswerWord::kLevel
                            : change > 0                                    ? AnswerWord::kRises
                                                                            : AnswerWord::kFalls;
    name(answerWord(word, m_language));
}

void CitationReader::claimYesNo()
{
    const bool above = greater();
    const double a = operand().number;
    const double b = operand().number;
    if (std::isnan(a) || std::isnan(b))
        return;
    const bool holds = above ? a > b : a < b;
    support(answerWord(holds ? AnswerWord::kYes : AnswerWord::kNo, m_language), holds ? 1 : 0);
}

/// The larger, or smaller, of two cells, named by its row, or within one row by its series.
void CitationReader::claimPicked(bool larger)
{
    std::array<CellName, 2> cells;
    for (CellName &named : cells) {
        if (take().mark != QLatin1String("pt"))
            m_broken = m_broken || !m_unfinished;
        named = cell();
    }
    if (m_unfinished || m_broken || std::isnan(cells[0].value) || std::isnan(cells[1].value))
        return;
    const CellName &picked = (cells[0].value > cells[1].value) == larger ? cells[0] : cells[1];
    support(cells[0].row != cells[1].row ? m_table.rows[picked.row].name : m_table.series[picked.series], picked.value);
}

bool CitationReader::claimName(const QString &of)
{
    if (of == QLatin1String("name")) {
        const int series = index(QLatin1String("s"));
        if (series >= 0 && series < m_table.series.size())
            name(m_table.series[series]);
    } else if (of == QLatin1String("rowname")) {
        const int row = index(QLatin1String("r"));
        if (row >= 0 && row < m_table.rows.size())
            name(m_table.rows[row].name);
    } else if (of == QLatin1String("title")) {
        name(m_table.title);
    } else if (of == QLatin1String("xlabel")) {
        name(m_table.xLabel);
    } else if (of == QLatin1String("ylabel")) {
        name(m_table.yLabel);
    } else if (of == QLatin1String("unit")) {
        name(m_table.unit);
    } else if (of == QLatin1String("kind")) {
        name(chartKindText(m_table.type));
    } else {
        return false;
    }
    return true;
}

} // namespace conclave::app
