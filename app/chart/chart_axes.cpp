#include "app/chart/chart_axes.h"

#include "app/chart/number_text.h"

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr qsizetype kTicks = 2;     // that calibrate an axis
constexpr qsizetype kMostAxes = 64; // more than any chart has
const QLatin1String kX("x");

/// Charts whose values lie along no axis.
bool hasValueAxis(ChartType type)
{
    return type != ChartType::kPie && type != ChartType::kDonut && type != ChartType::kHeatmap;
}

} // namespace

std::optional<engine::ChartAxis> ChartAxes::Axis::calibrated() const
{
    if (ticks.size() != kTicks)
        return std::nullopt;
    const auto low = parseNumber(ticks[0].second);
    const auto high = parseNumber(ticks[1].second);
    if (!low || !high)
        return std::nullopt;
    const auto scale = logarithmic ? engine::ChartScale::kLogarithmic : engine::ChartScale::kLinear;
    return engine::ChartAxis::through({double(ticks[0].first), *low}, {double(ticks[1].first), *high}, scale);
}

void ChartAxes::begin()
{
    if (m_axes.size() < kMostAxes)
        m_axes.append(Axis());
}

void ChartAxes::setLogarithmic()
{
    if (!m_axes.isEmpty() && m_axes.back().ticks.isEmpty())
        m_axes.back().logarithmic = true;
}

bool ChartAxes::addTick(const QString &side, int place)
{
    if (m_axes.isEmpty())
        return false;
    Axis &axis = m_axes.back();
    if (axis.ticks.size() >= kTicks || (!axis.ticks.isEmpty() && side != axis.side))
        return false;
    axis.side = side;
    axis.ticks.append({place, QString()});
    return true;
}

QString *ChartAxes::tickText()
{
    return m_axes.isEmpty() || m_axes.back().ticks.isEmpty() ? nullptr : &m_axes.back().ticks.back().second;
}

/// The axis of a scatter's rows comes behind that of its values.
void ChartAxes::addSeries(ChartType type)
{
    const qsizetype last = m_axes.size() - 1;
    const bool ofRows = type == ChartType::kScatter && last > 0 && m_axes[last].side == kX;
    m_axisOf.append(int(ofRows ? last - 1 : last));
}

void settleCell(ChartCell &cell, const engine::ChartAxis &axis, const engine::ReadNumber &written, double place, std::optional<double> foot,
                double placeError)
{
    const auto settled = foot ? axis.settlePart(written, place, *foot, placeError) : axis.settle(written, place, placeError);
    cell.placed = axis.valueAt(place) - (foot ? axis.valueAt(*foot) : 0);
    cell.value = settled.value;
    cell.confidence = settled.confidence;
}

void ChartAxes::settle(ChartType type, int series, int x, int y, ChartCell &cell)
{
    const int at = series < m_axisOf.size() ? m_axisOf[series] : -1;
    if (at < 0 || !cell.value || !hasValueAxis(type))
        return;
    const auto axis = m_axes[at].calibrated();
    const int place = m_axes[at].side == kX ? x : y;
    const std::optional<int> before = std::exchange(m_placeBefore, place);
    if (!axis)
        return;
    settleCell(cell, *axis, {*cell.value, decimalsOf(cell.text), cell.confidence}, place,
               isStacked(type) && before ? std::optional<double>(*before) : std::nullopt);
}

QString ChartAxes::settledName(ChartType type, const QString &written, int x) const
{
    const auto number = parseNumber(written);
    if (type != ChartType::kScatter || !number || m_axes.size() < 2 || m_axes.back().side != kX)
        return written;
    const auto axis = m_axes.back().calibrated();
    const int decimals = decimalsOf(written);
    const double settled = axis ? axis->settle({*number, decimals, 1}, x).value : *number;
    return settled == *number ? written : roundedText(settled, decimals);
}

void ChartAxes::describe(ChartTable &table, double pixelsPerStep) const
{
    table.axes.clear();
    QVector<int> places; // of the axes here among those of the table
    const auto middle = [pixelsPerStep](int step) { return (step + 0.5) * pixelsPerStep; };
    for (const Axis &axis : m_axes) {
        const bool usable = axis.calibrated().has_value() && hasValueAxis(table.type);
        places.append(usable ? int(table.axes.size()) : -1);
        if (usable)
            table.axes.append({axis.side == kX,
                               axis.logarithmic,
                               {middle(axis.ticks[0].first), *parseNumber(axis.ticks[0].second)},
                               {middle(axis.ticks[1].first), *parseNumber(axis.ticks[1].second)}});
    }
    table.traits.resize(table.series.size());
    for (int series = 0; series < table.traits.size(); ++series)
        table.traits[series].axis = places.value(m_axisOf.value(series, -1), -1);
    const bool ofRows = table.type == ChartType::kScatter && m_axes.size() > 1 && m_axes.back().side == kX;
    table.rowAxis = ofRows ? places.back() : -1;
}

} // namespace conclave::app
