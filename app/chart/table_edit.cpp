#include "app/chart/table_edit.h"

#include "app/chart/number_text.h"

#include <cmath>

namespace conclave::app
{
namespace
{

/// As in the parser, a table may come from a database that has fewer entries than it needs.
void squareUp(ChartTable &table)
{
    table.units.resize(std::min(table.units.size(), table.series.size()));
    while (table.units.size() < table.series.size())
        table.units.append(table.unit);
    table.traits.resize(table.series.size());
    for (ChartRow &row : table.rows)
        row.cells.resize(table.series.size());
}

bool hasPlace(const ChartTable &table, int series, int row)
{
    return row >= 0 && row < table.rows.size() && series >= 0 && series < table.series.size();
}

bool isMissing(const QString &typed)
{
    return typed.isEmpty() || typed == QLatin1String("-") || typed == QStringLiteral("–") || typed == QStringLiteral("—");
}

QString nameOf(const QString &typed)
{
    return typed.simplified().left(kLongestName);
}

} // namespace

std::optional<double> typedNumber(const QString &typed, const QLocale &locale)
{
    QString text = typed.trimmed();
    text.replace(QChar(0x2212), u'-'); // a true minus
    if (const auto plain = parseNumber(text))
        return plain;
    bool ok = false;
    if (const double number = locale.toDouble(text, &ok); ok && std::isfinite(number))
        return number;
    return text.count(u',') == 1 ? parseNumber(text.replace(u',', u'.')) : std::nullopt;
}

std::optional<ChartTable> withCell(const ChartTable &table, int series, int row, const QString &typed, const QLocale &locale)
{
    const QString text = typed.trimmed();
    const std::optional<double> number = typedNumber(text, locale);
    if (!hasPlace(table, series, row) || (!number && !isMissing(text)))
        return std::nullopt;
    ChartTable out = table;
    squareUp(out);
    ChartCell &cell = out.rows[row].cells[series];
    const QString before = cell.edited ? cell.read : shownNumber(cell);
    cell.value = number;
    cell.text = !number ? QString() : parseNumber(text) ? text : numberText(*number); // "4.50" stays as it was typed
    cell.edited = shownNumber(cell) != before;
    cell.read = cell.edited ? before : QString();
    return out;
}

std::optional<ChartTable> withRowName(const ChartTable &table, int row, const QString &name)
{
    if (row < 0 || row >= table.rows.size() || nameOf(name).isEmpty())
        return std::nullopt;
    ChartTable out = table;
    out.rows[row].renamed = out.rows[row].renamed || out.rows[row].name != nameOf(name);
    out.rows[row].name = nameOf(name);
    return out;
}

std::optional<ChartTable> withSeriesName(const ChartTable &table, int series, const QString &name)
{
    if (series < 0 || series >= table.series.size() || nameOf(name).isEmpty())
        return std::nullopt;
    ChartTable out = table;
    squareUp(out);
    out.traits[series].renamed = out.traits[series].renamed || out.series[series] != nameOf(name);
    out.series[series] = nameOf(name);
    return out;
}

std::optional<ChartTable> withRow(const ChartTable &table, int at, const QString &name)
{
    if (at < 0 || at > table.rows.size() || table.rows.size() >= kMostRows)
        return std::nullopt;
    ChartTable out = table;
    squareUp(out);
    out.rows.insert(at, {nameOf(name), QVector<ChartCell>(out.series.size()), true});
    return out;
}

/// It stands on the axis of its neighbour.
std::optional<ChartTable> withSeries(const ChartTable &table, int at, const QString &name)
{
    if (at < 0 || at > table.series.size() || table.series.size() >= kMostSeries)
        return std::nullopt;
    ChartTable out = table;
    squareUp(out);
    const int beside = std::max(0, at - 1);
    const QString unit = out.unitOf(beside);
    const int axis = out.traitsOf(beside).axis;
    out.series.insert(at, nameOf(name));
    out.units.insert(at, unit);
    out.traits.insert(at, {axis, true});
    for (ChartRow &row : out.rows)
        row.cells.insert(at, ChartCell());
    return out;
}

std::optional<ChartTable> withoutRow(const ChartTable &table, int row)
{
    if (row < 0 || row >= table.rows.size() || table.rows.size() == 1)
        return std::nullopt;
    ChartTable out = table;
    out.rows.removeAt(row);
    return out;
}

std::optional<ChartTable> withoutSeries(const ChartTable &table, int series)
{
    if (series < 0 || series >= table.series.size() || table.series.size() == 1)
        return std::nullopt;
    ChartTable out = table;
    squareUp(out);
    out.series.removeAt(series);
    out.units.removeAt(series);
    out.traits.removeAt(series);
    for (ChartRow &row : out.rows)
        row.cells.removeAt(series);
    return out;
}

bool saySame(const ChartTable &one, const ChartTable &other)
{
    if (one.series != other.series || one.rows.size() != other.rows.size())
        return false;
    for (int row = 0; row < one.rows.size(); ++row) {
        if (one.rows[row].name != other.rows[row].name)
            return false;
        for (int series = 0; series < one.series.size(); ++series) {
            const ChartCell *mine = one.cell(series, row);
            const ChartCell *theirs = other.cell(series, row);
            if ((mine ? mine->value : std::nullopt) != (theirs ? theirs->value : std::nullopt))
                return false;
        }
    }
    return true;
}

} // namespace conclave::app
