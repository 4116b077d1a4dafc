#pragma once

#include "app/chart/chart_table.h"
#include "engine/api/chart_axis.h"

#include <QPair>
#include <QString>
#include <QVector>

#include <optional>

namespace conclave::app
{

/// Settles a cell's number, as it was written, with its mark's place, both on `axis`; `foot`: where the mark stands that it is a part on
/// top of. `placeError` as in engine/api/chart_axis.h.
void settleCell(ChartCell &cell, const engine::ChartAxis &axis, const engine::ReadNumber &written, double place, std::optional<double> foot,
                double placeError = 1);

/// The axes of a chart as they are read, one after the other, and which of them a series stands on. They settle numbers that were written
/// with what their marks' places say (engine/api/chart_axis.h).
class ChartAxes
{
public:
    /// <cal>: a further axis begins.
    void begin();
    /// <log>
    void setLogarithmic();
    /// A tick's place on `side` ("x" or "y"); false where no tick is expected.
    bool addTick(const QString &side, int place);
    /// The text of the last tick.
    QString *tickText();
    /// A series begins, which stands on the last axis of values.
    void addSeries(ChartType type);

    /// A row begins: stacks start anew.
    void startRow() { m_placeBefore.reset(); }
    /// Settles a cell's number, written at a place in steps. Where there is no axis it stays as it is.
    void settle(ChartType type, int series, int x, int y, ChartCell &cell);
    /// The name of a scatter's row, settled likewise.
    QString settledName(ChartType type, const QString &written, int x) const;
    /// Tells a table that was read whole which axes lie on its picture, where a step is so many pixels.
    void describe(ChartTable &table, double pixelsPerStep) const;

private:
    struct Axis
    {
        QString side; ///< what its ticks lie along
        bool logarithmic = false;
        QVector<QPair<int, QString>> ticks;

        std::optional<engine::ChartAxis> calibrated() const;
    };

    QVector<Axis> m_axes;
    QVector<int> m_axisOf;            ///< of each series
    std::optional<int> m_placeBefore; ///< of the last mark in this row
};

} // namespace conclave::app
