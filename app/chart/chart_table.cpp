#include "app/chart/chart_table.h"

#include "app/chart/number_text.h"

#include <QStringList>

namespace conclave::app
{

QString chartTypeName(ChartType type)
{
    switch (type) {
    case ChartType::kBar:
        return QStringLiteral("bar");
    case ChartType::kHorizontalBar:
        return QStringLiteral("hbar");
    case ChartType::kLine:
        return QStringLiteral("line");
    case ChartType::kPie:
        return QStringLiteral("pie");
    case ChartType::kUnknown:
        break;
    }
    return QStringLiteral("unknown");
}

ChartType chartTypeFromName(QStringView name)
{
    for (const ChartType type : {ChartType::kBar, ChartType::kHorizontalBar, ChartType::kLine, ChartType::kPie}) {
        if (name == chartTypeName(type))
            return type;
    }
    return ChartType::kUnknown;
}

const ChartCell *ChartTable::cell(int seriesIndex, int row) const
{
    if (row < 0 || row >= rows.size() || seriesIndex < 0 || seriesIndex >= series.size())
        return nullptr;
    const auto &cells = rows[row].cells;
    return seriesIndex < cells.size() ? &cells[seriesIndex] : nullptr;
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
