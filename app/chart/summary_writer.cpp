#include "app/chart/summary_writer.h"

#include "app/chart/number_text.h"

#include <QRegularExpression>

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr qsizetype kLongestSummary = 20'000;
constexpr double kLevelShare = 0.05; // of the range: a smaller change from first to last is level

/// Values of a series that are there, with their rows and the decimals they were written with.
struct SeriesValues
{
    QVector<int> rows;
    QVector<double> values;
    int decimals = 0;
};

SeriesValues valuesOf(const ChartTable &table, int series)
{
    SeriesValues out;
    for (int row = 0; row < table.rows.size(); ++row) {
        const ChartCell *cell = table.cell(series, row);
        if (!cell || !cell->value)
            continue;
        out.rows.append(row);
        out.values.append(*cell->value);
        out.decimals = std::max(out.decimals, decimalsOf(numberText(*cell->value)));
    }
    return out;
}

/// Whether `text` holds `number` as a number of its own: "2019" does not hold "1".
bool mentions(const QString &text, const QString &number)
{
    for (qsizetype at = text.indexOf(number); at >= 0; at = text.indexOf(number, at + 1)) {
        const qsizetype end = at + number.size();
        if ((at == 0 || !text[at - 1].isDigit()) && (end == text.size() || !text[end].isDigit()))
            return true;
    }
    return false;
}

double sumOf(const QVector<double> &values)
{
    double sum = 0;
    for (const double value : values)
        sum += value;
    return sum;
}

double rangeOf(const QVector<double> &values)
{
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    return *most - *least;
}

} // namespace

QString unsupportedText()
{
    return QStringLiteral("[?]");
}

void SummaryWriter::text(QStringView text)
{
    m_operation.clear();
    if (m_summary.text.isEmpty())
        while (!text.isEmpty() && text.front().isSpace())
            text = text.mid(1);
    m_summary.text += text.left(std::max<qsizetype>(0, kLongestSummary - m_summary.text.size()));
}

void SummaryWriter::mark(const ChartMark &mark)
{
    if (mark.name == QLatin1String("s")) {
        if (m_operation.isEmpty())
            return;
        m_series = mark.index;
        if (m_operation != QLatin1String("pt"))
            cite();
    } else if (mark.name == QLatin1String("r")) {
        if (m_operation == QLatin1String("pt") && m_series >= 0)
            writeCell(QStringLiteral("cell"), mark.index, false);
        m_operation.clear();
    } else {
        m_operation = mark.name;
        m_series = -1;
    }
}

void SummaryWriter::cite()
{
    const QString operation = m_operation;
    if (operation == QLatin1String("name")) {
        if (m_series < m_table.series.size())
            m_summary.text += m_table.series[m_series];
        else
            writeUnsupported({});
    } else if (operation == QLatin1String("trend")) {
        writeTrend();
    } else if (operation == QLatin1String("max") || operation == QLatin1String("min")) {
        writeExtreme(operation == QLatin1String("max"));
    } else if (operation == QLatin1String("first") || operation == QLatin1String("last")) {
        writeEnd(operation == QLatin1String("last"));
    } else {
        writeComputed();
    }
    m_operation.clear();
}

void SummaryWriter::write(const QString &text, Citation citation)
{
    if (m_summary.text.size() + text.size() > kLongestSummary)
        return;
    citation.start = int(m_summary.text.size());
    citation.length = int(text.size());
    m_summary.text += text;
    m_summary.citations.append(citation);
}

void SummaryWriter::writeUnsupported(Citation citation)
{
    citation.series = m_series;
    citation.operation = m_operation == QLatin1String("pt") ? QStringLiteral("cell") : m_operation;
    citation.supported = false;
    write(unsupportedText(), citation);
}

void SummaryWriter::writeCell(const QString &operation, int row, bool named)
{
    Citation citation;
    citation.row = row;
    const ChartCell *cell = m_table.cell(m_series, row);
    if (!cell || !cell->value)
        return writeUnsupported(citation);
    citation.series = m_series;
    citation.operation = operation;
    citation.value = *cell->value;
    const QString number = withUnit(numberText(*cell->value), m_table.unit);
    write(named ? m_table.rows[row].name + QStringLiteral(" (") + number + u')' : number, citation);
}

void SummaryWriter::writeExtreme(bool largest)
{
    const SeriesValues found = valuesOf(m_table, m_series);
    if (found.values.isEmpty())
        return writeUnsupported({});
    const auto at =
        largest ? std::max_element(found.values.begin(), found.values.end()) : std::min_element(found.values.begin(), found.values.end());
    writeCell(m_operation, found.rows[at - found.values.begin()], true);
}

void SummaryWriter::writeEnd(bool last)
{
    const SeriesValues found = valuesOf(m_table, m_series);
    if (found.values.isEmpty())
        return writeUnsupported({});
    writeCell(m_operation, last ? found.rows.back() : found.rows.front(), true);
}

void SummaryWriter::writeComputed()
{
    const SeriesValues found = valuesOf(m_table, m_series);
    if (found.values.isEmpty())
        return writeUnsupported({});
    Citation citation;
    citation.series = m_series;
    citation.operation = m_operation;
    int decimals = found.decimals;
    if (m_operation == QLatin1String("total")) {
        citation.value = sumOf(found.values);
    } else if (m_operation == QLatin1String("mean")) {
        citation.value = sumOf(found.values) / double(found.values.size());
        ++decimals;
    } else {
        citation.value = rangeOf(found.values);
    }
    write(withUnit(roundedText(citation.value, decimals), m_table.unit), citation);
}

void SummaryWriter::writeTrend()
{
    const SeriesValues found = valuesOf(m_table, m_series);
    if (found.values.isEmpty())
        return writeUnsupported({});
    const double change = found.values.back() - found.values.front();
    if (std::abs(change) <= kLevelShare * rangeOf(found.values))
        m_summary.text += QStringLiteral("stays level");
    else
        m_summary.text += change > 0 ? QStringLiteral("rises") : QStringLiteral("falls");
}

void SummaryWriter::finish()
{
    qsizetype end = m_summary.text.size();
    const qsizetype kept = m_summary.citations.isEmpty() ? 0 : m_summary.citations.back().start + m_summary.citations.back().length;
    while (end > kept && m_summary.text[end - 1].isSpace())
        --end;
    m_summary.text.truncate(end);
    markPlainNumbers();
}

/// Every number ought to be a citation; one that was written out is looked up in what was read and marked if it is not there.
void SummaryWriter::markPlainNumbers()
{
    static const QRegularExpression number(QStringLiteral("-?[0-9]+(?:\\.[0-9]+)?"));
    QVector<Citation> found;
    for (auto matches = number.globalMatch(m_summary.text); matches.hasNext();) {
        const auto match = matches.next();
        const int start = int(match.capturedStart());
        const int end = int(match.capturedEnd());
        const bool cited = std::any_of(m_summary.citations.begin(), m_summary.citations.end(),
                                       [&](const Citation &c) { return start < c.start + c.length && end > c.start; });
        if (!cited)
            found.append(plainNumber(start, match.captured()));
    }
    m_summary.citations += found;
    std::sort(m_summary.citations.begin(), m_summary.citations.end(),
              [](const Citation &a, const Citation &b) { return a.start < b.start; });
}

Citation SummaryWriter::plainNumber(int start, const QString &written) const
{
    Citation citation;
    citation.start = start;
    citation.length = int(written.size());
    citation.operation = QStringLiteral("text");
    citation.series = -1;
    citation.value = written.toDouble();
    for (int row = 0; row < m_table.rows.size(); ++row) {
        for (int series = 0; series < m_table.series.size(); ++series) {
            const ChartCell *cell = m_table.cell(series, row);
            if (!cell || !cell->value || *cell->value != citation.value)
                continue;
            citation.series = series;
            citation.row = row;
            return citation;
        }
    }
    // A year or a name from the chart's own words is no claim about a value.
    const auto names = [&](const QString &text) { return mentions(text, written); };
    citation.supported = names(m_table.title) || names(m_table.xLabel) || names(m_table.yLabel) ||
                         std::any_of(m_table.series.begin(), m_table.series.end(), names) ||
                         std::any_of(m_table.rows.begin(), m_table.rows.end(), [&](const ChartRow &row) { return names(row.name); });
    return citation;
}

} // namespace conclave::app
