#pragma once

#include <optional>

namespace conclave::engine
{

/// A tick as a chart reader wrote it: a place along the value axis, in steps of its location tokens, and the number beside it.
struct ChartTick
{
    double place = 0;
    double value = 0;
};

/// What a chart reader says of one mark.
struct ReadNumber
{
    double value = 0;
    int decimals = 0;       ///< that it was written with
    double probability = 1; ///< least of its tokens
};

/// A number after its two readings, the digits and the mark's place, were held against each other.
struct SettledNumber
{
    double value = 0;
    double confidence = 1; ///< 0 to 1
};

enum class ChartScale
{
    kLinear,
    kLogarithmic,
};

/// An axis of a chart, calibrated by two ticks: places become values. A value.
///
/// A small model reads where a mark stands better than it works out the number that belongs there; the program does that arithmetic.
/// Measured on held-out charts of the built-in model (training/README.md): more numbers within 2 % of the truth.
class ChartAxis
{
public:
    /// Nothing where the ticks calibrate nothing: one place, one value, a number that is not finite, or on a logarithmic axis not positive.
    static std::optional<ChartAxis> through(ChartTick first, ChartTick second, ChartScale scale = ChartScale::kLinear);

    double valueAt(double place) const;
    /// Where `value` belongs; not finite where it has no place, as what is not positive on a logarithmic axis.
    double placeOf(double value) const { return m_place + (levelOf(value) - m_level) / m_slope; }
    /// What one step of place is worth; on a logarithmic axis the logarithm of the factor.
    double step() const { return m_slope < 0 ? -m_slope : m_slope; }

    /// Within `placeError` steps of its place a written number stands: its digits may be finer than the place. Otherwise the place decides,
    /// rounded to the decimals that were written. The further the two lie apart, the lower the confidence.
    SettledNumber settle(const ReadNumber &written, double place, double placeError = 1) const;
    /// The same of a part of a stack: its value is that at its mark less that at the mark of the part before, and both places may be off.
    SettledNumber settlePart(const ReadNumber &written, double place, double placeBefore, double placeError = 1) const;

private:
    ChartAxis(double place, double level, double slope, ChartScale scale) : m_place(place), m_level(level), m_slope(slope), m_scale(scale)
    {
    }
    double levelOf(double value) const;

    double m_place;
    double m_level; ///< of the first tick: its value, or the value's logarithm
    double m_slope; ///< levels a step
    ChartScale m_scale;
};

} // namespace conclave::engine
