#include "ui/view_models/chart_table_model.h"

#include "app/chart/claim_trust.h"
#include "ui/chart/chart_words.h"

namespace conclave::ui
{

namespace
{

constexpr double kFarSteps = 2; // of a place: a mark is read about as well

QVariantMap shownCell(const app::ChartReading &reading, const app::Replot &plot, int series, int row)
{
    const app::ChartCell &cell = reading.table.rows[row].cells[series];
    const app::PlottedCell *plotted = plot.at(series, row);
    return {{QStringLiteral("text"), cellText(cell)},
            {QStringLiteral("doubtful"), app::isDoubtful(reading.table, series, row)},
            {QStringLiteral("edited"), cell.edited},
            {QStringLiteral("note"), cellNote(reading.table, series, row, plotted)},
            {QStringLiteral("residual"), residualText(plotted)},
            {QStringLiteral("far"), plotted && plotted->residual.value_or(0) > kFarSteps * reading.pixelsPerStep}};
}

QVariantList shownCells(const app::ChartReading &reading, const app::Replot &plot, int row)
{
    QVariantList cells;
    for (int series = 0; series < reading.table.rows[row].cells.size(); ++series) {
        cells.append(shownCell(reading, plot, series, row));
    }
    return cells;
}

QString markLabel(const app::ChartTable &table, int series, int row)
{
    return QStringLiteral("%1: %2").arg(cellName(table, series, row), cellText(table.rows[row].cells[series]));
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
    case kRenamedRole:
        return row.renamed;
    default:
        return {};
    }
}

QHash<int, QByteArray> ChartTableModel::roleNames() const
{
    return {{kNameRole, "name"}, {kCellsRole, "cells"}, {kRenamedRole, "renamed"}};
}

void ChartTableModel::setTable(const app::ChartReading &reading, const app::Replot &plot)
{
    const app::ChartTable &table = reading.table;
    QVector<TableRow> rows;
    rows.reserve(table.rows.size());
    for (int row = 0; row < table.rows.size(); ++row) {
        rows.append({table.rows[row].name, table.rows[row].renamed, shownCells(reading, plot, row)});
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
    case kNoteRole:
        return mark.note;
    default:
        return {};
    }
}

QHash<int, QByteArray> ChartMarksModel::roleNames() const
{
    return {{kPlaceRole, "place"},       {kSeriesRole, "markSeries"}, {kRowRole, "markRow"},
            {kDoubtfulRole, "doubtful"}, {kLabelRole, "label"},       {kNoteRole, "note"}};
}

void ChartMarksModel::setTable(const app::ChartTable &table, const app::Replot &plot)
{
    QVector<ChartMark> marks;
    for (int row = 0; row < table.rows.size(); ++row) {
        const QVector<app::ChartCell> &cells = table.rows[row].cells;
        for (int series = 0; series < cells.size(); ++series) {
            const app::ChartCell &cell = cells[series];
            if (cell.value && !cell.place.isNull()) {
                marks.append({cell.place, series, row, app::isDoubtful(table, series, row), markLabel(table, series, row),
                              cellNote(table, series, row, plot.at(series, row))});
            }
        }
    }
    sync(marks);
}

} // namespace conclave::ui
