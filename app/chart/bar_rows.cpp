#include "app/chart/bar_rows.h"

#include "app/chart/row_column.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kMostUneven = 0.3; // of the distance of two rows, that one may be off its place
constexpr double kMostOff = 0.4;    // of the rows that are
constexpr double kMoreRoom = 1.5;   // times as much between groups as within
constexpr double kLeastBar = 2;     // steps, of its length
constexpr double kLeastApart = 3;   // steps

struct Group
{
    int from = 0;
    int to = 0; ///< behind its last pixel
};

using Middles = QVector<std::optional<double>>; ///< of each row

QVector<Group> colouredGroups(const SignMap &signs, double step)
{
    QVector<Group> out;
    for (int across = 0; across < signs.breadth(); ++across) {
        int coloured = 0;
        for (int along = signs.low(); along <= signs.high(); ++along)
            coloured += signs.at(along, across) >= 0;
        if (coloured < kLeastBar * step)
            continue;
        if (out.isEmpty() || out.back().to < across)
            out.append({across, across});
        out.back().to = across + 1;
    }
    return out;
}

/// Bars with the least room between them are of one row. Nothing where there are fewer groups than rows, or no more room between groups
/// than within.
Middles drawnMiddles(const SignMap &signs, qsizetype rows, double step)
{
    QVector<Group> groups = colouredGroups(signs, step);
    const auto roomBehind = [&](qsizetype i) { return groups[i + 1].from - groups[i].to; };
    int mostWithin = 0;
    while (groups.size() > rows) {
        qsizetype least = 0;
        for (qsizetype i = 1; i + 1 < groups.size(); ++i)
            least = roomBehind(i) < roomBehind(least) ? i : least;
        mostWithin = std::max(mostWithin, roomBehind(least));
        groups[least].to = groups[least + 1].to;
        groups.removeAt(least + 1);
    }
    Middles out;
    for (qsizetype i = 0; i < groups.size(); ++i) {
        if (i > 0 && roomBehind(i - 1) < kMoreRoom * mostWithin)
            return {};
        out.append((groups[i].from + groups[i].to) / 2.0);
    }
    return out.size() == rows ? out : Middles();
}

Middles markedMiddles(const ChartTable &table)
{
    Middles out;
    for (const ChartRow &row : table.rows) {
        QVector<double> places;
        for (const ChartCell &cell : row.cells) {
            if (cell.value)
                places.append(liesOnItsSide(table.type) ? cell.place.y() : cell.place.x());
        }
        const auto [first, last] = std::minmax_element(places.begin(), places.end());
        out.append(places.isEmpty() ? std::nullopt : std::optional((*first + *last) / 2));
    }
    return out;
}

/// Between one row and the next; 0: none.
double medianGap(const Middles &middles)
{
    QVector<double> gaps;
    for (int row = 0; row + 1 < middles.size(); ++row) {
        if (middles[row] && middles[row + 1])
            gaps.append(*middles[row + 1] - *middles[row]);
    }
    return gaps.isEmpty() ? 0.0 : medianOf(gaps);
}

} // namespace

std::optional<BarRows> findBarRows(const ChartTable &table, const SignMap &signs, double step)
{
    const Middles marked = markedMiddles(table);
    const double onward = medianGap(marked);
    if (onward == 0)
        return std::nullopt;
    Middles middles = drawnMiddles(signs, table.rows.size(), step);
    if (middles.isEmpty())
        middles = marked;
    else if (onward < 0) // rows are listed from the foot
        std::reverse(middles.begin(), middles.end());
    const double gap = medianGap(middles);
    QVector<double> starts;
    for (int row = 0; row < middles.size(); ++row) {
        if (middles[row])
            starts.append(*middles[row] - row * gap);
    }
    const double start = medianOf(starts);
    const auto isOff = [&](double other) { return std::abs(other - start) > kMostUneven * std::abs(gap); };
    const auto off = std::count_if(starts.begin(), starts.end(), isOff);
    if (std::abs(gap) <= kLeastApart * step || double(off) > kMostOff * double(starts.size()))
        return std::nullopt;
    BarRows out{{}, std::abs(gap)};
    for (int row = 0; row < middles.size(); ++row)
        out.places.append(start + row * gap);
    return out;
}

} // namespace conclave::app
