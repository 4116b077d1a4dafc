#pragma once

#include "app/chart/chart_table.h"
#include "app/chart/replot.h"
#include "ui/view_models/value_list_model.h"

#include <QPointF>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

/// The rows of a chart's table and the marks on its picture, as the views take them. GUI thread only.
namespace conclave::ui
{

struct TableRow
{
    QString name;
    bool renamed = false; ///< or added by the user
    QVariantList cells;   ///< one a series: {"text", "doubtful", "edited", "note", "residual", "far"}

    bool operator==(const TableRow &) const = default;
};

/// One row a category. Columns are the series, in a list in the row: tables are small and grow while the answer streams.
class ChartTableModel : public ValueListModel<TableRow>
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChartAnswer")

public:
    enum Role
    {
        kNameRole = Qt::UserRole, ///< QString: category or x value
        kCellsRole,               ///< list of {"text", "doubtful", "edited", "note", "residual", "far"}, one a series that has been read
        kRenamedRole,             ///< bool
    };

    using ValueListModel::ValueListModel;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    void setTable(const app::ChartReading &reading, const app::Replot &plot);
};

struct ChartMark
{
    QPointF place; ///< pixels of the user's image
    int series = 0;
    int row = 0;
    bool doubtful = false;
    QString label;
    QString note;

    bool operator==(const ChartMark &) const = default;
};

/// The places on the picture, in reading order.
class ChartMarksModel : public ValueListModel<ChartMark>
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChartAnswer")

public:
    enum Role
    {
        kPlaceRole = Qt::UserRole, ///< QPointF, pixels of the user's image
        kSeriesRole,
        kRowRole,
        kDoubtfulRole,
        kLabelRole, ///< QString: "Apples, 2021: 14"
        kNoteRole,  ///< QString: why it is uncertain, and the like; often empty
    };

    using ValueListModel::ValueListModel;
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    void setTable(const app::ChartTable &table, const app::Replot &plot);
};

} // namespace conclave::ui
