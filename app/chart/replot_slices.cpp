#include "app/chart/replot_parts.h"

#include <QLineF>

#include <cmath>
#include <complex>
#include <numbers>

namespace conclave::app
{
namespace
{

using Plane = std::complex<double>;

constexpr double kTurn = 360;      // degrees
constexpr double kMarkShare = 0.6; // of a pie's radius: where the format puts the mark of a slice
constexpr double kLeastRadius = 4; // pixels
constexpr double kSameFit = 1e-6;  // square pixels
constexpr double kWorstFit = 0.5;  // of the radius: marks that lie farther from their places, in the mean, lie on no circle

struct Slice
{
    int row = 0;
    double before = 0; // shares of the whole: the slices in front of it, and its own
    double share = 0;
    std::optional<Plane> seen;

    double middle() const { return before + share / 2; }
};

QVector<Slice> slicesOf(const ChartTable &table)
{
    QVector<Slice> out;
    double whole = 0;
    for (int row = 0; row < table.rows.size(); ++row) {
        const ChartCell *cell = table.cell(0, row);
        if (!cell || !cell->value)
            continue;
        if (*cell->value < 0)
            return {};
        const bool seen = !cell->place.isNull();
        out.append({row, whole, *cell->value, seen ? std::optional(Plane(cell->place.x(), cell->place.y())) : std::nullopt});
        whole += *cell->value;
    }
    if (!(whole > 0) || !std::isfinite(whole))
        return {};
    for (Slice &slice : out) {
        slice.before /= whole;
        slice.share /= whole;
    }
    return out;
}

/// Marks at centre + arm * turn(middle): the arm reaches from the centre to where the first slice begins.
struct SliceCircle
{
    Plane centre;
    Plane arm;
    double sense = 1; // -1: the slices run the other way round
    double error = 0; // mean squared distance of the marks, in pixels

    Plane at(double share) const { return centre + arm * turn(share, sense); }
    static Plane turn(double share, double sense) { return std::polar(1.0, sense * 2 * std::numbers::pi * share); }
};

/// The circle of least squares: centre and arm are linear in the marks. Nothing where two of them do not tell both.
std::optional<SliceCircle> circleThrough(const QVector<Slice> &slices, double sense)
{
    Plane turns, marks, product;
    double count = 0;
    for (const Slice &slice : slices) {
        if (!slice.seen)
            continue;
        const Plane turn = SliceCircle::turn(slice.middle(), sense);
        turns += turn;
        marks += *slice.seen;
        product += std::conj(turn) * *slice.seen;
        ++count;
    }
    const double determinant = count * count - std::norm(turns);
    if (count < 2 || determinant < 1e-6 * count * count)
        return std::nullopt;
    SliceCircle out;
    out.sense = sense;
    out.arm = (count * product - std::conj(turns) * marks) / determinant;
    out.centre = (marks - out.arm * turns) / count;
    for (const Slice &slice : slices) {
        if (slice.seen)
            out.error += std::norm(*slice.seen - out.at(slice.middle())) / count;
    }
    return out;
}

std::optional<SliceCircle> bestCircle(const QVector<Slice> &slices)
{
    const auto clockwise = circleThrough(slices, 1);
    const auto other = circleThrough(slices, -1);
    if (!clockwise || !other)
        return std::nullopt;
    // Two slices face each other whichever way they run.
    const SliceCircle &best = other->error + kSameFit < clockwise->error ? *other : *clockwise;
    const double radius = std::abs(best.arm);
    if (!std::isfinite(radius) || radius < kLeastRadius || std::sqrt(best.error) > kWorstFit * radius)
        return std::nullopt;
    return best;
}

QPointF pointOf(Plane place)
{
    return {place.real(), place.imag()};
}

double degreesOf(Plane arm)
{
    return std::arg(arm) * kTurn / (2 * std::numbers::pi);
}

} // namespace

void plotSlices(const ChartTable &table, Replot &out)
{
    const QVector<Slice> slices = table.series.size() == 1 ? slicesOf(table) : QVector<Slice>();
    const auto circle = bestCircle(slices);
    if (!circle)
        return;
    out.radius = std::abs(circle->arm) / (out.shape == PlotShape::kRing ? 1 : kMarkShare);
    for (const Slice &slice : slices) {
        PlottedCell plotted;
        plotted.row = slice.row;
        plotted.base = pointOf(circle->centre);
        plotted.belongs = pointOf(circle->at(slice.middle()));
        plotted.from = degreesOf(circle->arm * SliceCircle::turn(slice.before, circle->sense));
        plotted.sweep = circle->sense * slice.share * kTurn;
        if (slice.seen) {
            const Plane arm = *slice.seen - circle->centre;
            plotted.seen = pointOf(*slice.seen);
            plotted.turned = std::abs(degreesOf(arm * std::conj(circle->at(slice.middle()) - circle->centre))) / kTurn;
            plotted.residual = QLineF(plotted.belongs, *plotted.seen).length();
        }
        out.cells.append(plotted);
    }
}

} // namespace conclave::app
