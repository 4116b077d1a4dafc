#include "app/chart/coloured_bars.h"

#include "app/chart/bar_rows.h"
#include "app/chart/number_text.h"
#include "app/chart/series_values.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kBeyondMarks = 0.12;  // of the axis that is looked at, where there may be bars yet
constexpr double kSpeck = 2;           // steps, of what may be part of a letter
constexpr double kBarBreadth = 0.4;    // of the breadth of a colour's bars, that makes one
constexpr double kLeastBreadth = 1.2;  // steps
constexpr double kGap = 5;             // steps, of letters and lines within a bar
constexpr double kFilled = 0.6;        // of a bar's length that has its colour
constexpr double kTouching = 2.0;      // steps between a bar's foot and what it stands on
constexpr double kStanding = 0.7;      // of the bars, that stand so
constexpr double kSeen = 0.6;          // of the numbers, of which there are bars
constexpr double kOff = 2.5;           // steps between a bar's end and what was read, beyond which it was misread
constexpr double kMostWrong = 0.5;     // of the numbers beside each other: more, and the legend was matched with the wrong names
constexpr double kShort = 2.5;         // steps, of a bar that may be too short to be seen
constexpr double kBarConfidence = 0.6; // of a number that is a bar's length

} // namespace

class BarFinder
{
public:
    BarFinder(const ChartTable &table, const engine::Image &picture, const Legend &legend, double step)
        : m_table(table), m_picture(picture), m_legend(legend), m_step(step), m_sideways(liesOnItsSide(table.type))
    {
    }

    std::optional<ColouredBars> find()
    {
        const PictureAxis *axis = m_table.axisOf(0);
        const auto calibrated = axis && axis->horizontal == m_sideways ? axis->calibrated() : std::nullopt;
        if (!calibrated || axis->logarithmic || m_table.rows.size() < 2)
            return std::nullopt;
        const SignMap map = mapAlong(*axis);
        const auto rows = findBarRows(m_table, map, m_step);
        if (!rows)
            return std::nullopt;
        countPixels(map, *rows);
        m_base = calibrated->placeOf(0);
        m_found.m_rows = rows->places;
        m_found.m_step = m_step;
        m_found.m_stacked = isStacked(m_table.type);
        m_found.m_bars.fill(QVector<std::optional<ColouredBar>>(signs()), m_table.rows.size());
        for (int sign = 0; sign < signs(); ++sign)
            findBarsOf(sign);
        m_found.m_reversed = m_found.m_stacked && firstSignIsUppermost();
        for (int row = 0; row < m_table.rows.size(); ++row)
            standUp(row);
        return isWhole() ? std::optional(m_found) : std::nullopt;
    }

private:
    struct Run
    {
        int from = 0;
        int to = 0; ///< behind its last pixel
        int filled = 0;
    };

    int signs() const { return int(m_legend.signs.size()); }

    /// The band of the picture that is looked at.
    SignMap mapAlong(const PictureAxis &axis) const
    {
        double low = std::min(axis.first.place, axis.second.place), high = std::max(axis.first.place, axis.second.place);
        for (const ChartRow &row : m_table.rows) {
            for (const ChartCell &cell : row.cells) {
                if (cell.value) {
                    low = std::min(low, axis.along(cell.place));
                    high = std::max(high, axis.along(cell.place));
                }
            }
        }
        const double more = kBeyondMarks * (high - low);
        const double last = (m_sideways ? m_picture.width : m_picture.height) - 1;
        const int from = int(std::clamp(low - more, 0.0, last));
        return SignMap(m_picture, m_legend, m_sideways, from, int(std::clamp<double>(high + more, from, last)));
    }

    /// counts[row][sign][along]: pixels of the sign's colour in the row's room.
    void countPixels(const SignMap &map, const BarRows &rows)
    {
        m_low = map.low();
        m_counts.fill(QVector<QVector<int>>(signs(), QVector<int>(map.high() - map.low() + 1)), rows.places.size());
        for (int row = 0; row < rows.places.size(); ++row) {
            const double last = map.breadth() - 1, middle = rows.places[row];
            const int from = int(std::clamp(std::ceil(middle - rows.apart / 2), 0.0, last));
            const int to = int(std::clamp<double>(middle + rows.apart / 2, from, last));
            for (int across = from; across < to; ++across) {
                for (int along = map.low(); along <= map.high(); ++along) {
                    if (const int sign = map.at(along, across); sign >= 0)
                        ++m_counts[row][sign][along - m_low];
                }
            }
        }
    }

    /// How broad a colour's bars are is told by all rows.
    void findBarsOf(int sign)
    {
        int broadest = 0;
        for (const auto &counts : m_counts)
            broadest = std::max(broadest, *std::max_element(counts[sign].begin(), counts[sign].end()));
        if (broadest < kLeastBreadth * m_step)
            return;
        for (int row = 0; row < m_table.rows.size(); ++row)
            m_found.m_bars[row][sign] = barAmong(m_counts[row][sign], kBarBreadth * broadest);
    }

    /// The longest run of a colour in a row's room that is so broad.
    std::optional<ColouredBar> barAmong(const QVector<int> &counts, double breadth) const
    {
        Run bar, best;
        for (int i = 0; i < counts.size(); ++i) {
            if (counts[i] < breadth)
                continue;
            Run run{i, i, 0};
            for (; i < counts.size() && counts[i] >= breadth; ++i)
                ++run.to;
            run.filled = run.to - run.from;
            const int gap = run.from - bar.to;
            const double least = gap <= kGap * m_step ? 0.5 * gap : 2.0 * gap; // letters beyond a bar are short
            const bool goesOn = std::min(run.filled, bar.filled) >= least;
            if (!goesOn && run.filled < kSpeck * m_step && bar.filled >= kSpeck * m_step)
                continue;
            bar = goesOn ? Run{bar.from, run.to, bar.filled + run.filled} : run;
            if (bar.filled > best.filled && bar.filled >= kFilled * (bar.to - bar.from))
                best = bar;
        }
        return best.filled > 0 ? std::optional(ColouredBar{double(m_low + best.from), double(m_low + best.to)}) : std::nullopt;
    }

    /// By the middles of neighbouring parts: values go up or to the right.
    bool firstSignIsUppermost() const
    {
        int up = 0, down = 0;
        for (const auto &bars : m_found.m_bars) {
            const ColouredBar *before = nullptr;
            for (const auto &bar : bars) {
                if (!bar)
                    continue;
                if (before)
                    ++(((bar->foot + bar->end > before->foot + before->end) == m_sideways) ? up : down);
                before = &*bar;
            }
        }
        return down > up;
    }

    /// Which end of each bar is its foot; parts begin where the one below ends.
    void standUp(int row)
    {
        double below = m_base;
        ColouredBar *before = nullptr;
        QVector<int> passed; ///< signs without a bar since the last one
        bool all = true;
        for (int i = 0; i < signs(); ++i) {
            const int sign = m_found.m_reversed ? signs() - 1 - i : i;
            auto &bar = m_found.m_bars[row][sign];
            if (!bar) {
                passed.append(sign);
                continue;
            }
            if (std::abs(bar->end - below) < std::abs(bar->foot - below))
                std::swap(bar->foot, bar->end);
            if (m_found.m_stacked && passed.size() == 1 && std::abs(bar->foot - below) > kTouching * m_step) {
                m_found.m_bars[row][passed.front()] = ColouredBar{below, bar->foot}; // what lies between two parts is the third
                below = bar->foot;
                before = &*m_found.m_bars[row][passed.front()];
            }
            passed.clear();
            bar->stands =
                std::abs(bar->foot - below) <= kTouching * m_step && (m_found.m_stacked || !isGrey(m_legend.signs[sign], m_legend.ground));
            all = all && bar->stands;
            if (before && bar->stands) // the outline between two is half of each
                before->end = bar->foot = (bar->foot + below) / 2;
            below = m_found.m_stacked ? bar->end : m_base;
            before = m_found.m_stacked ? &*bar : nullptr;
        }
        for (auto &bar : m_found.m_bars[row]) {
            if (bar && m_found.m_stacked)
                bar->stands = all;
        }
    }

    bool isWhole() const
    {
        int bars = 0, standing = 0, values = 0;
        for (int row = 0; row < m_table.rows.size(); ++row) {
            for (int sign = 0; sign < signs(); ++sign) {
                const auto &bar = m_found.m_bars[row][sign];
                values += m_table.rows[row].cells[sign].value.has_value();
                bars += bar.has_value();
                standing += bar && bar->stands;
            }
        }
        return standing >= kStanding * bars && standing >= kSeen * values && standing > 0;
    }

    const ChartTable &m_table;
    const engine::Image &m_picture;
    const Legend &m_legend;
    double m_step;
    bool m_sideways;
    double m_base = 0; ///< the place of nought
    int m_low = 0;     ///< pixels along the axis, before those that are looked at
    QVector<QVector<QVector<int>>> m_counts;
    ColouredBars m_found;
};

std::optional<ColouredBars> ColouredBars::find(const ChartTable &table, const engine::Image &picture, const Legend &legend, double step)
{
    return BarFinder(table, picture, legend, step).find();
}

/// Whether a mark of a sign would be known in a row if there were one.
bool ColouredBars::wouldBeSeen(int row, int sign) const
{
    const auto stands = [](const std::optional<ColouredBar> &bar) { return bar && bar->stands; };
    return std::any_of(m_bars[row].begin(), m_bars[row].end(), stands) &&
           std::any_of(m_bars.begin(), m_bars.end(), [&](const auto &bars) { return stands(bars[sign]); });
}

bool ColouredBars::correct(ChartTable &table, const QVector<int> &signs) const
{
    ChartTable corrected = table;
    qsizetype changed = 0;
    for (int series = 0; series < signs.size(); ++series) {
        const PictureAxis *axis = corrected.axisOf(series);
        const auto calibrated = axis ? axis->calibrated() : std::nullopt;
        if (!calibrated)
            continue;
        const int decimals = decimalsOf(table, series);
        for (int row = 0; row < table.rows.size(); ++row)
            changed += correctCell(corrected.rows[row].cells[series], *axis, *calibrated, row, signs[series], decimals);
    }
    const bool believed = m_stacked || double(changed) <= kMostWrong * double(table.rows.size() * signs.size());
    if (changed == 0 || !believed)
        return false;
    table = corrected;
    return true;
}

bool ColouredBars::correctCell(ChartCell &cell, const PictureAxis &axis, const engine::ChartAxis &calibrated, int row, int sign,
                               int decimals) const
{
    const auto &bar = m_bars[row][sign];
    const auto length = [&](double value) { return std::abs(value) / calibrated.step(); };
    if (!bar) {
        const bool invented = cell.value && length(*cell.value) > kShort * m_step && wouldBeSeen(row, sign);
        if (invented)
            cell = ChartCell();
        return invented;
    }
    if (!bar->stands)
        return false;
    const double value = calibrated.valueAt(bar->end) - (m_stacked ? calibrated.valueAt(bar->foot) : 0.0);
    const bool agrees = cell.value && length(*cell.value - value) <= kOff * m_step;
    if (agrees && std::abs(axis.along(cell.place) - bar->end) <= kOff * m_step)
        return false;
    if (!agrees) {
        cell = ChartCell();
        cell.value = parseNumber(roundedText(value, decimals));
        cell.confidence = cell.probability = kBarConfidence;
    }
    cell.place = axis.at(bar->end, m_rows[row]);
    cell.placed = value;
    return true;
}

} // namespace conclave::app
