#include "engine/api/chart_axis.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{
namespace
{

constexpr double kAgreeSteps = 1;  ///< a place is a step wide, a tick's too
constexpr double kDoubtSteps = 24; ///< from here on the readings have nothing to do with each other; up to a third of it the place is right
constexpr double kAgreedConfidence = 0.9; ///< share of right cells among those that agree, on bars of one series
constexpr int kMostDecimals = 9;

double rounded(double value, int decimals)
{
    const double scale = std::pow(10.0, std::clamp(decimals, 0, kMostDecimals));
    const double out = std::round(value * scale) / scale;
    return out == 0 ? 0.0 : out; // no "-0"
}

} // namespace

std::optional<ChartAxis> ChartAxis::through(ChartTick first, ChartTick second)
{
    const double slope = (second.value - first.value) / (second.place - first.place);
    if (!std::isfinite(slope) || slope == 0 || !std::isfinite(first.value) || !std::isfinite(first.place))
        return std::nullopt;
    return ChartAxis(first.place, first.value, slope);
}

SettledNumber ChartAxis::settle(const ReadNumber &written, double place) const
{
    const double placed = valueAt(place);
    const double apart = std::abs(written.value - placed) / step();
    if (!std::isfinite(placed) || !std::isfinite(apart))
        return {written.value, std::min(written.probability, 1 - kAgreedConfidence)};
    if (apart <= kAgreeSteps)
        return {written.value, std::max(written.probability, kAgreedConfidence)};
    const double agreement = std::max(0.0, 1 - (apart - kAgreeSteps) / (kDoubtSteps - kAgreeSteps));
    return {rounded(placed, written.decimals), kAgreedConfidence * agreement};
}

} // namespace conclave::engine
