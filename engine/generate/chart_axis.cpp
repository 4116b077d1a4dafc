#include "engine/api/chart_axis.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{
namespace
{

constexpr double kDoubtSteps = 24; ///< from here on the readings have nothing to do with each other; up to a third of it the place is right
constexpr double kAgreedConfidence = 0.9; ///< share of right cells among those that agree, on bars of one series
constexpr int kMostDecimals = 9;

double rounded(double value, int decimals)
{
    const double scale = std::pow(10.0, std::clamp(decimals, 0, kMostDecimals));
    const double out = std::round(value * scale) / scale;
    return out == 0 ? 0.0 : out; // no "-0"
}

double levelOn(ChartScale scale, double value)
{
    return scale == ChartScale::kLogarithmic ? std::log10(value) : value;
}

/// Settles `written` against what its place says, so many steps apart from it.
SettledNumber settled(const ReadNumber &written, double placed, double apart, double agreeSteps)
{
    if (!std::isfinite(placed) || !std::isfinite(apart))
        return {written.value, std::min(written.probability, 1 - kAgreedConfidence)};
    if (apart <= agreeSteps)
        return {written.value, std::max(written.probability, kAgreedConfidence)};
    const double agreement = std::max(0.0, 1 - (apart - agreeSteps) / (kDoubtSteps - agreeSteps));
    return {rounded(placed, written.decimals), kAgreedConfidence * agreement};
}

} // namespace

std::optional<ChartAxis> ChartAxis::through(ChartTick first, ChartTick second, ChartScale scale)
{
    const double level = levelOn(scale, first.value);
    const double slope = (levelOn(scale, second.value) - level) / (second.place - first.place);
    if (!std::isfinite(slope) || slope == 0 || !std::isfinite(level) || !std::isfinite(first.place))
        return std::nullopt;
    return ChartAxis(first.place, level, slope, scale);
}

double ChartAxis::levelOf(double value) const
{
    return levelOn(m_scale, value);
}

double ChartAxis::valueAt(double place) const
{
    const double level = m_level + (place - m_place) * m_slope;
    return m_scale == ChartScale::kLogarithmic ? std::pow(10.0, level) : level;
}

SettledNumber ChartAxis::settle(const ReadNumber &written, double place, double placeError) const
{
    const double placed = valueAt(place);
    const double apart = std::abs(levelOf(written.value) - levelOf(placed)) / step();
    return settled(written, placed, apart, placeError);
}

SettledNumber ChartAxis::settlePart(const ReadNumber &written, double place, double placeBefore, double placeError) const
{
    const double placed = valueAt(place) - valueAt(placeBefore);
    return settled(written, placed, std::abs(written.value - placed) / step(), 2 * placeError);
}

} // namespace conclave::engine
