#include "app/chart/tick_places.h"

#include "app/chart/number_text.h"
#include "app/chart/picture_colours.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

namespace conclave::app
{
namespace
{

constexpr double kTickReach = 1.3;   // steps that a tick may be off
constexpr double kLeastLine = 8;     // of 255: how much a line differs from what is beside it
constexpr double kLeastAcross = 0.3; // of the places across an axis where a line must be seen

/// Lines that run across an axis, as seen from every pixel across it.
class LineFinder
{
public:
    LineFinder(const engine::Image &picture, const PictureAxis &axis, double from, double to, double step)
        : m_picture(picture), m_horizontal(axis.horizontal), m_step(step)
    {
        const int widest = m_horizontal ? picture.height : picture.width;
        m_from = std::clamp(int(from), 0, widest - 1);
        m_to = std::clamp(int(to), m_from, widest - 1);
    }

    /// The middle of the line near a place; nothing where none is seen.
    std::optional<double> lineNear(double place) const
    {
        const double reach = kTickReach * m_step;
        const int first = int(std::floor(place - reach)), last = int(std::floor(place + reach));
        double most = kLeastAcross;
        std::optional<double> best;
        for (int at = first; at <= last; ++at) {
            for (const int sign : {-1, 1}) {
                const double seen = shareAt(at, sign) * std::exp(-0.2 * std::pow((at + 0.5 - place) / m_step, 2));
                if (seen <= most)
                    continue;
                most = seen;
                best = middleOf(at, sign);
            }
        }
        return best;
    }

private:
    int longest() const { return m_horizontal ? m_picture.width : m_picture.height; }
    double lightness(int along, int across) const
    {
        along = std::clamp(along, 0, longest() - 1);
        const Colour colour = pixelOf(m_picture, m_horizontal, along, across);
        return 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2];
    }
    int beside() const { return std::max(2, int(std::lround(0.9 * m_step))); }

    /// How much darker (-1) or lighter (1) a pixel is than those beside it along the axis, the less of both sides.
    double lineAt(int along, int across, int sign) const
    {
        const double here = lightness(along, across);
        return std::min(sign * (here - lightness(along - beside(), across)), sign * (here - lightness(along + beside(), across)));
    }

    double shareAt(int along, int sign) const
    {
        int seen = 0;
        for (int across = m_from; across <= m_to; ++across)
            seen += lineAt(along, across, sign) >= kLeastLine;
        return double(seen) / (m_to - m_from + 1);
    }

    double middleOf(int along, int sign) const
    {
        double sum = 0, moment = 0;
        for (int at = along - beside() + 1; at < along + beside(); ++at) {
            double weight = 0;
            for (int across = m_from; across <= m_to; ++across) {
                if (lineAt(along, across, sign) < kLeastLine)
                    continue;
                const double before = lightness(along - beside(), across), behind = lightness(along + beside(), across);
                const double here = lightness(at, across);
                weight += std::max(0.0, std::min(sign * (here - before), sign * (here - behind)) - 2);
            }
            sum += weight;
            moment += weight * (at + 0.5);
        }
        return moment / sum;
    }

    const engine::Image &m_picture;
    bool m_horizontal;
    double m_step;
    int m_from, m_to; ///< pixels across the axis that are looked at
};

constexpr double kTickWeight = 2;     // of a tick, where that of a number is 1
constexpr double kLeastFitting = 0.5; // of the numbers on an axis
constexpr double kFits = 1;           // steps that a number may be off where it belongs, to have a say
constexpr int kRounds = 3;

/// A number and where it stands.
struct Fitted
{
    double level = 0; ///< the value, or its logarithm
    double place = 0; ///< in steps
    double weight = 1;
};

/// place = first + slope * level
struct FittedLine
{
    double first = 0;
    double slope = 0;

    double placeOf(double level) const { return first + slope * level; }
};

/// Least squares.
std::optional<FittedLine> lineThrough(const QVector<Fitted> &points)
{
    double weight = 0, level = 0, place = 0, levels = 0, both = 0;
    for (const Fitted &point : points) {
        weight += point.weight;
        level += point.weight * point.level;
        place += point.weight * point.place;
    }
    level /= weight;
    place /= weight;
    for (const Fitted &point : points) {
        levels += point.weight * (point.level - level) * (point.level - level);
        both += point.weight * (point.level - level) * (point.place - place);
    }
    const double slope = both / levels;
    if (!std::isfinite(slope) || slope == 0)
        return std::nullopt;
    return FittedLine{place - slope * level, slope};
}

/// Through the ticks and the numbers that fit; nothing where too few do.
std::optional<FittedLine> lineThrough(const QVector<Fitted> &ticks, const QVector<Fitted> &numbers)
{
    QVector<Fitted> points = ticks;
    auto line = lineThrough(points);
    for (int round = 0; line && round < kRounds; ++round) {
        points = ticks;
        std::copy_if(numbers.begin(), numbers.end(), std::back_inserter(points),
                     [&](const Fitted &number) { return std::abs(line->placeOf(number.level) - number.place) <= kFits; });
        line = lineThrough(points);
    }
    const double fitting = double(points.size() - ticks.size());
    return fitting >= std::max(3.0, kLeastFitting * double(numbers.size())) ? line : std::nullopt;
}

/// The numbers on an axis as they were written; parts of a stack from its foot on.
QVector<Fitted> numbersOn(const ChartTable &table, int index, double pixelsPerStep)
{
    const PictureAxis &axis = table.axes[index];
    QVector<Fitted> out;
    for (const ChartRow &row : table.rows) {
        double below = 0;
        for (int series = 0; series < row.cells.size(); ++series) {
            const ChartCell &cell = row.cells[series];
            const auto written = parseNumber(cell.text);
            if (!cell.value || !written || table.traitsOf(series).axis != index)
                continue;
            below = isStacked(table.type) ? below + *written : *written;
            if (const double level = axis.levelOf(below); std::isfinite(level))
                out.append({level, axis.along(cell.place) / pixelsPerStep, 1});
        }
    }
    return out;
}

} // namespace

void fitAxes(ChartTable &table, double pixelsPerStep)
{
    for (int index = 0; index < table.axes.size(); ++index) {
        PictureAxis &axis = table.axes[index];
        QVector<Fitted> ticks;
        for (const engine::ChartTick *tick : {&axis.first, &axis.second})
            ticks.append({axis.levelOf(tick->value), tick->place / pixelsPerStep, kTickWeight});
        const auto line = lineThrough(ticks, numbersOn(table, index, pixelsPerStep));
        for (engine::ChartTick *tick : {&axis.first, &axis.second}) {
            if (line)
                tick->place = line->placeOf(axis.levelOf(tick->value)) * pixelsPerStep;
        }
    }
}

bool refineTicks(ChartTable &table, const engine::Image &picture, double pixelsPerStep)
{
    bool changed = false;
    for (int index = 0; index < table.axes.size(); ++index) {
        PictureAxis &axis = table.axes[index];
        double from = 1e9, to = -1e9;
        for (const ChartRow &row : table.rows) {
            for (int series = 0; series < row.cells.size(); ++series) {
                if (!row.cells[series].value || (table.traitsOf(series).axis != index && index != table.rowAxis))
                    continue;
                from = std::min(from, axis.across(row.cells[series].place));
                to = std::max(to, axis.across(row.cells[series].place));
            }
        }
        if (to < from || pixelsPerStep <= 0)
            continue;
        const LineFinder lines(picture, axis, from - 8 * pixelsPerStep, to + 8 * pixelsPerStep, pixelsPerStep);
        for (engine::ChartTick *tick : {&axis.first, &axis.second}) {
            if (const auto line = lines.lineNear(tick->place)) {
                tick->place = *line;
                changed = true;
            }
        }
    }
    return changed;
}

} // namespace conclave::app
