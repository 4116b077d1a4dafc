#include "app/chart/mark_places.h"

#include "app/chart/chart_axes.h"
#include "app/chart/number_text.h"
#include "app/chart/picture_profile.h"
#include "app/chart/row_column.h"
#include "app/chart/tick_places.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace conclave::app
{
namespace
{

constexpr double kReach = 3;           // steps that a mark may be off
constexpr double kMostMisread = 2;     // steps that count of a number that does not fit its place
constexpr double kMoreMisread = 0.2;   // steps a number that it may be misread by more than before
constexpr double kNear = 1.5;          // steps that a mark is moved without more ado
constexpr double kLeastFound = 0.3;    // of a series' marks
constexpr double kStrokeColour = 60;   // of marks of one series
constexpr double kPlaceError = 0.4;    // steps that a place is off once it was found in the picture
constexpr double kLeastColoured = 0.5; // of the places where a line is looked for
constexpr double kAgree = 0.6;         // steps, of what is seen of one mark
constexpr double kMostOfGap = 0.45;    // to the next row
constexpr std::array kBeside{1.2, 2.0, 3.0};
constexpr std::array kAcrossBars{0.8, 1.6, 2.4};
constexpr double kMostColumnOff = 0.6; // steps, of rows at even distances

/// How the places beside a mark show it.
enum class Shape
{
    kNone,
    kSlopes, ///< towards the marks of the rows beside it
    kSteps,  ///< level on one side at least
    kLevel,  ///< the end of a bar
};

Shape shapeAtMarks(ChartType type)
{
    switch (type) {
    case ChartType::kLine:
    case ChartType::kArea:
    case ChartType::kStackedArea:
    case ChartType::kStackedArea100:
        return Shape::kSlopes;
    case ChartType::kStep:
        return Shape::kSteps;
    case ChartType::kBar:
    case ChartType::kHorizontalBar:
    case ChartType::kHistogram:
    case ChartType::kStacked:
    case ChartType::kStacked100:
    case ChartType::kHorizontalStacked:
    case ChartType::kHorizontalStacked100:
        return Shape::kLevel;
    default:
        return Shape::kNone;
    }
}

Colour medianColour(const QVector<Colour> &colours)
{
    Colour out{};
    for (std::size_t i = 0; i < 3; ++i) {
        QVector<double> parts;
        for (const Colour &colour : colours)
            parts.append(colour[i]);
        out[i] = int(medianOf(parts));
    }
    return out;
}

class MarkFinder
{
public:
    MarkFinder(ChartTable &table, const engine::Image &picture, double step) : m_table(table), m_picture(picture), m_step(step) {}

    bool refine()
    {
        m_shape = shapeAtMarks(m_table.type);
        if (m_shape == Shape::kNone)
            return false;
        if (m_shape != Shape::kLevel)
            settleColumns();
        const ChartTable before = m_table;
        bool moved = false;
        for (int series = 0; series < m_table.series.size(); ++series)
            moved = refineSeries(series) || moved;
        if (!moved)
            return false;
        fitAxes(m_table, m_step);
        settleAll();
        if (misfit(m_table) <= misfit(before) + kMoreMisread * double(m_marks))
            return true;
        m_table = before;
        return false;
    }

private:
    ChartCell *cellAt(int row, int series)
    {
        auto &cells = m_table.rows[row].cells;
        return series < cells.size() && cells[series].value ? &cells[series] : nullptr;
    }

    /// Marks of a row stand at one place; rows mostly at even distances, which are known better than a single one.
    void settleColumns()
    {
        m_columns.resize(m_table.rows.size());
        QVector<int> known;
        for (int row = 0; row < m_table.rows.size(); ++row) {
            m_columns[row] = columnOfRow(m_table.rows[row]);
            if (m_columns[row])
                known.append(row);
        }
        if (known.size() < 3)
            return;
        const double count = double(known.size());
        double sumRow = 0, sumX = 0, sumRows = 0, sumBoth = 0;
        for (const int row : known) {
            sumRow += row;
            sumX += *m_columns[row];
            sumRows += double(row) * row;
            sumBoth += row * *m_columns[row];
        }
        const double slope = (count * sumBoth - sumRow * sumX) / (count * sumRows - sumRow * sumRow);
        const double first = (sumX - slope * sumRow) / count;
        const bool even = std::all_of(known.begin(), known.end(),
                                      [&](int row) { return std::abs(first + slope * row - *m_columns[row]) <= kMostColumnOff * m_step; });
        for (const int row : known) {
            if (even)
                m_columns[row] = first + slope * row;
        }
    }

    bool refineSeries(int series)
    {
        const PictureAxis *axis = m_table.axisOf(series);
        if (!axis)
            return false;
        const bool isLine = m_table.type == ChartType::kLine || m_table.type == ChartType::kStep;
        const bool level = m_shape == Shape::kLevel;
        const int last = int(m_table.rows.size()) - 1;
        const auto whole = level ? std::nullopt : strokeColour(series, *axis, 0, last);
        QVector<std::optional<double>> found(m_table.rows.size());
        int marks = 0, there = 0;
        for (int row = 0; row <= last; ++row) {
            if (!cellAt(row, series))
                continue;
            ++marks;
            const auto colour = level || whole ? whole : strokeColour(series, *axis, row, row);
            if (colour || !isLine)
                found[row] = placeOf(row, series, *axis, colour);
            there += found[row].has_value();
        }
        m_marks += marks;
        if (there < kLeastFound * marks)
            return false;
        for (int row = 0; row < m_table.rows.size(); ++row) {
            if (!found[row])
                continue;
            ChartCell &cell = *cellAt(row, series);
            if (!mayMove(cell, *axis, *found[row]))
                continue;
            cell.place = axis->at(*found[row], acrossOf(row, cell, *axis));
        }
        return there > 0;
    }

    /// Far away there may be another line: the number that was written must stand for it.
    bool mayMove(const ChartCell &cell, const PictureAxis &axis, double along) const
    {
        const double before = axis.along(cell.place);
        if (std::abs(along - before) <= kNear * m_step)
            return true;
        const auto written = parseNumber(cell.text);
        const auto calibrated = axis.calibrated();
        if (!written || !calibrated || isStacked(m_table.type))
            return false;
        const double belongs = calibrated->placeOf(*written);
        return std::abs(along - belongs) < std::abs(before - belongs);
    }

    double acrossOf(int row, const ChartCell &cell, const PictureAxis &axis) const
    {
        return m_columns.value(row).value_or(axis.across(cell.place));
    }

    /// Where a series' mark is looked for: a profile so far beside it, and where in it the mark's place would show, `rise` further along.
    struct Look
    {
        double across = 0;
        double rise = 0;
        int side = 0; ///< of the mark: -1, 1; 0: right there
    };

    QVector<Look> looksAt(int row, int series, const PictureAxis &axis)
    {
        const ChartCell &cell = *cellAt(row, series);
        const double across = acrossOf(row, cell, axis);
        QVector<Look> out;
        if (m_shape != Shape::kSteps)
            out.append({across, 0, 0});
        for (const int side : {-1, 1}) {
            double slope = 0, gap = 1e9;
            const ChartCell *other = row + side >= 0 && row + side < m_table.rows.size() ? cellAt(row + side, series) : nullptr;
            if (m_shape != Shape::kLevel && !other)
                continue;
            if (m_shape != Shape::kLevel) {
                gap = acrossOf(row + side, *other, axis) - across;
                if (gap * side <= m_step)
                    continue;
                slope = m_shape == Shape::kSlopes ? (axis.along(other->place) - axis.along(cell.place)) / gap : 0;
            }
            for (const double steps : m_shape == Shape::kLevel ? kAcrossBars : kBeside) {
                if (const double aside = side * steps * m_step; std::abs(aside) <= kMostOfGap * std::abs(gap))
                    out.append({across + aside, slope * aside, side});
            }
        }
        return out;
    }

    PictureProfile profileAt(const PictureAxis &axis, const ChartCell &cell, const Look &look) const
    {
        return PictureProfile(m_picture, axis.horizontal, axis.along(cell.place) + look.rise, kReach * m_step, look.across, 0.3 * m_step);
    }

    /// What differs most from what is on either side, beside the marks of some rows: error bars and symbols are at the marks themselves.
    std::optional<Colour> strokeColour(int series, const PictureAxis &axis, int firstRow, int lastRow)
    {
        QVector<Colour> colours;
        int looks = 0;
        for (int row = firstRow; row <= lastRow; ++row) {
            if (!cellAt(row, series))
                continue;
            for (const Look &look : looksAt(row, series, axis)) {
                if (look.side == 0)
                    continue;
                ++looks;
                if (const auto colour = profileAt(axis, *cellAt(row, series), look).strokeColour(m_step))
                    colours.append(*colour);
            }
        }
        const double least = kLeastColoured * looks;
        if (colours.isEmpty() || double(colours.size()) < least)
            return std::nullopt;
        const Colour middle = medianColour(colours);
        const auto alike = std::count_if(colours.begin(), colours.end(),
                                         [&](const Colour &colour) { return colourDistance(colour, middle) < kStrokeColour; });
        return double(alike) >= least ? std::optional(middle) : std::nullopt;
    }

    /// The middle of what is seen at the mark and beside it, where enough of that agrees.
    std::optional<double> placeOf(int row, int series, const PictureAxis &axis, const std::optional<Colour> &colour)
    {
        const ChartCell &cell = *cellAt(row, series);
        const double along = axis.along(cell.place);
        QVector<QVector<double>> sides(3);
        for (const Look &look : looksAt(row, series, axis)) {
            const PictureProfile profile = profileAt(axis, cell, look);
            const auto seen = colour ? profile.strokeNear(along + look.rise, *colour)
                                     : profile.edgeNear(along + look.rise, m_step, isStacked(m_table.type));
            if (seen)
                sides[look.side + 1].append(*seen - look.rise);
        }
        if (m_shape != Shape::kSteps)
            return agreed(sides[0] + sides[1] + sides[2]);
        const auto left = agreed(sides[0]), right = agreed(sides[2]);
        if (left && right)
            return std::abs(*left - along) < std::abs(*right - along) ? left : right;
        return left ? left : right;
    }

    std::optional<double> agreed(const QVector<double> &seen) const
    {
        if (seen.size() < 2)
            return std::nullopt;
        const double middle = medianOf(seen);
        const auto agree = std::count_if(seen.begin(), seen.end(), [&](double one) { return std::abs(one - middle) <= kAgree * m_step; });
        return 2 * agree > seen.size() ? std::optional(middle) : std::nullopt;
    }

    void settleAll()
    {
        for (ChartRow &row : m_table.rows) {
            std::optional<double> before;
            for (int series = 0; series < row.cells.size(); ++series) {
                ChartCell &cell = row.cells[series];
                const PictureAxis *axis = m_table.axisOf(series);
                if (!axis || !cell.value)
                    continue;
                PictureAxis steps = *axis;
                steps.first.place /= m_step;
                steps.second.place /= m_step;
                const auto calibrated = steps.calibrated();
                const double place = axis->along(cell.place) / m_step;
                const auto last = std::exchange(before, place);
                const auto written = parseNumber(cell.text);
                if (!calibrated || !written)
                    continue;
                settleCell(cell, *calibrated, {*written, decimalsOf(cell.text), cell.probability}, place,
                           isStacked(m_table.type) ? last : std::nullopt, kPlaceError);
            }
        }
    }

    /// How far the numbers as they were written are from where the marks stand, in steps a number; more than some is a number misread.
    double misfit(const ChartTable &table) const
    {
        double sum = 0;
        for (const ChartRow &row : table.rows) {
            for (int series = 0; series < row.cells.size(); ++series) {
                const ChartCell &cell = row.cells[series];
                const PictureAxis *axis = table.axisOf(series);
                const auto written = parseNumber(cell.text);
                const auto calibrated = axis ? axis->calibrated() : std::nullopt;
                if (!calibrated || !written || !cell.placed)
                    continue;
                const double off = std::abs(calibrated->placeOf(*written) - calibrated->placeOf(*cell.placed)) / m_step;
                sum += std::isfinite(off) ? std::min(off, kMostMisread) : kMostMisread;
            }
        }
        return sum;
    }

    ChartTable &m_table;
    const engine::Image &m_picture;
    double m_step;
    Shape m_shape = Shape::kNone;
    int m_marks = 0;                          ///< with a number and an axis
    QVector<std::optional<double>> m_columns; ///< of each row, in pixels across the axis; nothing: each mark has its own
};

} // namespace

bool refineMarks(ChartTable &table, const engine::Image &picture, double pixelsPerStep)
{
    return pixelsPerStep > 0 && !table.rows.isEmpty() && MarkFinder(table, picture, pixelsPerStep).refine();
}

} // namespace conclave::app
