#include "app/chart/row_gaps.h"

#include "app/chart/name_sequence.h"
#include "app/chart/number_text.h"
#include "app/chart/picture_profile.h"
#include "app/chart/row_column.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr int kLeastRows = 5;
constexpr int kMostRowsRead = 64;        // that can be cited
constexpr double kMostUneven = 0.25;     // of the distance of two rows, that a point may be off
constexpr double kMostSkipped = 0.34;    // of the points read
constexpr double kBreadth = 0.3;         // steps, of what is looked at beside a point
constexpr double kAround = 3;            // steps around a point that show its colour
constexpr double kBeyondAxis = 0.1;      // of the distance of its ticks, where there may be points yet
constexpr double kFoundConfidence = 0.6; // of a number that is the place of a line

class GapFiller
{
public:
    GapFiller(ChartTable &table, const engine::Image &picture, double step) : m_table(table), m_picture(picture), m_step(step) {}

    bool fill()
    {
        QVector<QString> names;
        for (const ChartRow &row : m_table.rows)
            names.append(row.name);
        if (!findPositions())
            return false;
        const qsizetype count = m_positions.back() + 1;
        const qsizetype skipped = count - m_table.rows.size();
        if (skipped < 1 || double(skipped) > kMostSkipped * double(names.size()) || count > kMostRowsRead)
            return false;
        const auto sequence = NameSequence::of(names);
        if (!sequence || !(sequence->isWhole(names) || sequence->at(m_positions.back()) == names.back()))
            return false;
        QVector<ChartRow> rows(count);
        for (int row = 0; row < count; ++row) {
            rows[row].name = sequence->at(row);
            rows[row].cells.resize(m_table.series.size());
        }
        for (int row = 0; row < m_positions.size(); ++row)
            rows[m_positions[row]].cells = m_table.rows[row].cells;
        for (int series = 0; series < m_table.series.size(); ++series)
            findPoints(rows, series);
        m_table.rows = rows;
        return true;
    }

private:
    /// Where the rows stand, counted in their usual distance; false where that is not even.
    bool findPositions()
    {
        QVector<double> columns, gaps;
        for (const ChartRow &row : m_table.rows) {
            const auto column = columnOfRow(row);
            if (!column)
                return false;
            columns.append(*column);
            if (columns.size() > 1)
                gaps.append(columns.back() - columns[columns.size() - 2]);
        }
        const double usual = medianOf(gaps);
        if (usual <= m_step)
            return false;
        m_positions = {0};
        for (const double gap : gaps) {
            const int rows = int(std::lround(gap / usual));
            if (rows < 1)
                return false;
            m_positions.append(m_positions.back() + rows);
        }
        m_first = columns.front();
        m_gap = (columns.back() - columns.front()) / m_positions.back();
        for (int row = 0; row < columns.size(); ++row) {
            if (std::abs(columnOf(m_positions[row]) - columns[row]) > kMostUneven * m_gap)
                return false;
        }
        return true;
    }

    double columnOf(int position) const { return m_first + m_gap * position; }

    /// The line's colour, where most of its points agree on one.
    std::optional<Colour> colourOf(const QVector<ChartRow> &rows, int series) const
    {
        QVector<QVector<double>> parts(3);
        for (const ChartRow &row : rows) {
            const ChartCell &cell = row.cells[series];
            if (!cell.value)
                continue;
            const PictureProfile profile(m_picture, false, cell.place.y(), kAround * m_step, cell.place.x(), kBreadth * m_step);
            if (const auto colour = profile.strokeColour(m_step)) {
                for (std::size_t i = 0; i < 3; ++i)
                    parts[qsizetype(i)].append((*colour)[i]);
            }
        }
        if (2 * parts[0].size() < rows.size())
            return std::nullopt;
        return Colour{int(medianOf(parts[0])), int(medianOf(parts[1])), int(medianOf(parts[2]))};
    }

    void findPoints(QVector<ChartRow> &rows, int series) const
    {
        const PictureAxis *axis = m_table.axisOf(series);
        const auto calibrated = axis && !axis->horizontal ? axis->calibrated() : std::nullopt;
        const auto colour = calibrated ? colourOf(rows, series) : std::nullopt;
        if (!colour)
            return;
        const double low = std::min(axis->first.place, axis->second.place), high = std::max(axis->first.place, axis->second.place);
        int decimals = 0;
        for (const ChartRow &row : rows)
            decimals = std::max(decimals, decimalsOf(row.cells[series].text));
        for (int row = 0; row < rows.size(); ++row) {
            if (m_positions.contains(row))
                continue;
            const PictureProfile profile(m_picture, false, (low + high) / 2, (0.5 + kBeyondAxis) * (high - low), columnOf(row),
                                         kBreadth * m_step);
            const auto place = profile.strokeNear(between(rows, series, row), *colour);
            if (!place)
                continue;
            ChartCell &cell = rows[row].cells[series];
            cell.place = {columnOf(row), *place};
            cell.placed = calibrated->valueAt(*place);
            cell.value = parseNumber(roundedText(*cell.placed, decimals)); // the model wrote none
            cell.confidence = cell.probability = kFoundConfidence;
        }
    }

    /// Half-way from the point before to the one behind, as far as there are any.
    double between(const QVector<ChartRow> &rows, int series, int row) const
    {
        QVector<double> places;
        for (const int side : {-1, 1}) {
            for (int other = row + side; other >= 0 && other < rows.size(); other += side) {
                if (rows[other].cells[series].value) {
                    places.append(rows[other].cells[series].place.y());
                    break;
                }
            }
        }
        return places.isEmpty() ? 0 : (places.front() + places.back()) / 2;
    }

    ChartTable &m_table;
    const engine::Image &m_picture;
    double m_step;
    QVector<int> m_positions; ///< of the rows that were read
    double m_first = 0, m_gap = 0;
};

} // namespace

bool fillRowGaps(ChartTable &table, const engine::Image &picture, double pixelsPerStep)
{
    const bool isLine = table.type == ChartType::kLine || table.type == ChartType::kStep || table.type == ChartType::kArea;
    return isLine && pixelsPerStep > 0 && table.rows.size() >= kLeastRows && GapFiller(table, picture, pixelsPerStep).fill();
}

} // namespace conclave::app
