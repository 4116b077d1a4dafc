#pragma once

#include "app/chart/chart_table.h"
#include "app/chart/legend.h"

#include <optional>

/// Bars of several series, and stacks of them, as the picture shows them.
namespace conclave::app
{

/// What has the colour of a sign of a legend in the room of a row, in pixels along the axis of values.
struct ColouredBar
{
    double foot = 0; ///< the end at the base, or at the part below
    double end = 0;
    bool stands = false; ///< where it belongs; otherwise it tells nothing
};

/// The bars of a chart whose every row has, of each sign of its legend, one bar or none.
class ColouredBars
{
public:
    /// Nothing where colours, places or axes do not make up such a chart: bars stand on the base of the axis and parts on each other.
    /// `table`: bars or stacks whose rows are whole, axes as they lie on the picture; `step`: pixels that a place may be off. Looks at
    /// every pixel of the plot once.
    static std::optional<ColouredBars> find(const ChartTable &table, const engine::Image &picture, const Legend &legend, double step);

    /// Of stacks: whether the legend's first sign is that of the uppermost part.
    bool isReversed() const { return m_reversed; }
    /// Puts right what was read: numbers whose bars end elsewhere, bars that were passed over, bars that are not there. `signs`: of each
    /// series. What the picture says of a number is not trusted like one that was read. True if anything was changed.
    bool correct(ChartTable &table, const QVector<int> &signs) const;

private:
    friend class BarFinder;
    bool wouldBeSeen(int row, int sign) const;
    bool correctCell(ChartCell &cell, const PictureAxis &axis, const engine::ChartAxis &calibrated, int row, int sign, int decimals) const;

    QVector<QVector<std::optional<ColouredBar>>> m_bars; ///< of each row, by sign
    QVector<double> m_rows;                              ///< places of the rows across
    double m_step = 1;
    bool m_stacked = false;
    bool m_reversed = false;
};

} // namespace conclave::app
