#include "ui/view_models/chart_table_model.h"

namespace conclave::ui
{

namespace
{

bool doubtful(const app::ChartCell &cell)
{
    return cell.value && cell.confidence < kLowConfidence;
}

QString shownText(const app::ChartCell &cell)
{
    if (!cell.value) {
        return QStringLiteral("–");
    }
    return cell.text.isEmpty() ? QString::number(*cell.value) : cell.text;
}

QVariantList shownCells(const app::ChartRow &row)
{
    QVariantList cells;
    for (const app::ChartCell &cell : row.cells) {
        cells.append(QVariantMap{{QStringLiteral("text"), shownText(cell)}, {QStringLiteral("doubtful"), doubtful(cell)}});
    }
    return cells;
}

QString markLabel(const app::ChartTable &table, int series, int row)
{
    const app::ChartRow &place = table.rows[row];
    const QString value = shownText(place.cells[series]);
    if (table.series.size() < 2 || series >= table.series.size()) {
        return QStringLiteral("%1: %2").arg(place.name, value);
    }
    return QStringLiteral("%1, %2: %3").arg(table.series[series], place.name, value);
}

} // namespace

QVariant ChartTableModel::data(const QModelIndex &index, int role) const
{
    if (!holds(index)) {
        return {};
    }
    const TableRow &row = values()[index.row()];
    switch (role) {
    case kNameRole:
        return row.name;
    case kCellsRole:
        return row.cells;
    default:
        return {};
    }
}

QHash<int, QByteArray> ChartTableModel::roleNames() const
{
    return {{kNameRole, "name"}, {kCellsRole, "cells"}};
}

void ChartTableModel::setTable(const app::ChartTable &table)
{
    QVector<TableRow> rows;
    rows.reserve(table.rows.size());
    for (const app::ChartRow &row : table.rows) {
        rows.append({row.name, shownCells(row)});
    }
    sync(rows);
}

QVariant ChartMarksModel::data(const QModelIndex &index, int role) const
{
    if (!holds(index)) {
        return {};
    }
    const ChartMark &mark = values()[index.row()];
    switch (role) {
    case kPlaceRole:
        return mark.place;
    case kSeriesRole:
        return mark.series;
    case kRowRole:
        return mark.row;
    case kDoubtfulRole:
        return mark.doubtful;
    case kLabelRole:
        return mark.label;
    default:
        return {};
    }
}

QHash<int, QByteArray> ChartMarksModel::roleNames() const
{
    return {{kPlaceRole, "place"}, {kSeriesRole, "markSeries"}, {kRowRole, "markRow"}, {kDoubtfulRole, "doubtful"}, {kLabelRole, "label"}};
}

void ChartMarksModel::setTable(const app::ChartTable &table)
{
    QVector<ChartMark> marks;
    for (int row = 0; row < table.rows.size(); ++row) {
        const QVector<app::ChartCell> &cells = table.rows[row].cells;
        for (int series = 0; series < cells.size(); ++series) {
            if (cells[series].value) {
                marks.append({cells[series].place, series, row, doubtful(cells[series]), markLabel(table, series, row)});
            }
        }
    }
    sync(marks);
}

} // namespace conclave::ui
