#include "app/chart/chart_table.h"

#include "app/chart/number_text.h"

#include <QStringList>

namespace conclave::app
{

QString shownNumber(const ChartCell &cell)
{
    if (!cell.value)
        return {};
    return parseNumber(cell.text) == cell.value ? cell.text : numberText(*cell.value);
}

const ChartCell *ChartTable::cell(int seriesIndex, int row) const
{
    if (row < 0 || row >= rows.size() || seriesIndex < 0 || seriesIndex >= series.size())
        return nullptr;
    const auto &cells = rows[row].cells;
    return seriesIndex < cells.size() ? &cells[seriesIndex] : nullptr;
}

QString ChartTable::unitOf(int seriesIndex) const
{
    return seriesIndex >= 0 && seriesIndex < units.size() ? units[seriesIndex] : unit;
}

const PictureAxis *ChartTable::axisOf(int seriesIndex) const
{
    const int axis = traitsOf(seriesIndex).axis;
    return axis >= 0 && axis < axes.size() ? &axes[axis] : nullptr;
}

QString ChartTable::commonUnit() const
{
    for (int i = 1; i < series.size(); ++i) {
        if (unitOf(i) != unitOf(0))
            return {};
    }
    return unitOf(0);
}

namespace
{

QString cellText(const ChartTable &table, int series, int row)
{
    const ChartCell *cell = table.cell(series, row);
    return cell && cell->value ? numberText(*cell->value) : QString();
}

QString csvField(const QString &text)
{
    const bool plain = !text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n') && !text.contains(u'\r');
    return plain ? text : u'"' + QString(text).replace(u'"', QStringLiteral("\"\"")) + u'"';
}

QString markdownField(const QString &text)
{
    return QString(text).replace(u'\\', QStringLiteral("\\\\")).replace(u'|', QStringLiteral("\\|")).replace(u'\n', u' ');
}

} // namespace

QString ChartReading::toCsv() const
{
    QStringList header{csvField(table.xLabel)};
    for (const QString &name : table.series)
        header << csvField(name);
    QString out = header.join(u',') + QStringLiteral("\r\n");
    for (int row = 0; row < table.rows.size(); ++row) {
        QStringList fields{csvField(table.rows[row].name)};
        for (int series = 0; series < table.series.size(); ++series)
            fields << csvField(cellText(table, series, row));
        out += fields.join(u',') + QStringLiteral("\r\n");
    }
    return out;
}

/// What parts fields and lines becomes a space.
QString ChartReading::toTsv() const
{
    const auto field = [](QString text) { return text.replace(u'\t', u' ').replace(u'\n', u' ').replace(u'\r', u' '); };
    QStringList header{field(table.xLabel)};
    for (const QString &name : table.series)
        header << field(name);
    QString out = header.join(u'\t') + u'\n';
    for (int row = 0; row < table.rows.size(); ++row) {
        QStringList fields{field(table.rows[row].name)};
        for (int series = 0; series < table.series.size(); ++series)
            fields << cellText(table, series, row);
        out += fields.join(u'\t') + u'\n';
    }
    return out;
}

QString ChartReading::toMarkdown() const
{
    const auto line = [](const QStringList &fields) {
        return QStringLiteral("| ") + fields.join(QStringLiteral(" | ")) + QStringLiteral(" |\n");
    };
    QStringList header{markdownField(table.xLabel)};
    QStringList rule{QStringLiteral("---")};
    for (const QString &name : table.series) {
        header << markdownField(name);
        rule << QStringLiteral("---:");
    }
    QString out = line(header) + line(rule);
    for (int row = 0; row < table.rows.size(); ++row) {
        QStringList fields{markdownField(table.rows[row].name)};
        for (int series = 0; series < table.series.size(); ++series)
            fields << cellText(table, series, row);
        out += line(fields);
    }
    return out;
}

} // namespace conclave::app
