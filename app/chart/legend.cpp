#include "app/chart/legend.h"

#include "app/chart/mark_colours.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kOtherColour = 35;    // signs of one legend are at least so different
constexpr double kNewColour = 60;      // of a sign that may go on a legend
constexpr double kSeenShare = 0.4;     // of the rows, in which a colour is seen that marks have
constexpr int kMostPixels = 4'000'000; // of a picture that is looked at
constexpr double kMostMisfit = 1.2;    // steps a sign, of a group that is a legend
constexpr double kUneven = 0.2;        // of the distance of two lines of a legend, that the next may differ by
constexpr double kLeastStep = 1.7;     // pixels that signs may be off: small pictures are blurred
constexpr double kName = 3;            // steps at least between signs in a line
constexpr double kHeightWeight = 0.3;  // symbols make lines higher
constexpr int kLetters = 8;            // signs of one colour are a text
constexpr double kSymbol = 8;          // steps that a symbol on a line may be high
constexpr double kLong = 3;            // times as wide as high: a piece of a line, no letter

/// Of one size; on some lines of a legend there may be symbols.
bool alike(const Swatch &one, const Swatch &other, double step)
{
    const auto close = [step](int a, int b) { return std::abs(a - b) <= std::max(0.35 * std::max(a, b), step); };
    const bool lines = std::max(one.box.height(), other.box.height()) <= kSymbol * step;
    return close(one.box.width(), other.box.width()) && (lines || close(one.box.height(), other.box.height()));
}

bool isLong(const Swatch &sign)
{
    return sign.box.width() >= kLong * sign.box.height();
}

bool isNew(const QVector<Swatch> &group, const Swatch &sign, double distance = kOtherColour)
{
    return std::all_of(group.begin(), group.end(),
                       [&](const Swatch &other) { return colourDistance(other.colour, sign.colour) >= distance; });
}

/// A group that begins with `first` and goes down at even distances.
QVector<Swatch> columnFrom(const QVector<Swatch> &signs, const Swatch &first, const Swatch &second, int count, double step)
{
    QVector<Swatch> group{first, second};
    const double gap = second.middle().y() - first.middle().y();
    while (group.size() < count) {
        const double wanted = group.back().middle().y() + gap;
        const double off = std::max(step, kUneven * gap);
        const Swatch *next = nullptr;
        for (const Swatch &sign : signs) {
            const bool there = std::abs(sign.middle().y() - wanted) <= off && std::abs(sign.middle().x() - first.middle().x()) <= step;
            if (there && alike(first, sign, step) && isNew(group, sign))
                next = &sign;
        }
        if (!next)
            return {};
        group.append(*next);
    }
    return group;
}

/// All signs like `first` that stand in its line, itself in front.
QVector<Swatch> lineFrom(const QVector<Swatch> &signs, const Swatch &first, double step)
{
    QVector<Swatch> group;
    for (const Swatch &sign : signs) {
        if (std::abs(sign.middle().y() - first.middle().y()) <= step && sign.box.left() >= first.box.left() && alike(first, sign, step))
            group.append(sign);
    }
    std::sort(group.begin(), group.end(), [](const Swatch &a, const Swatch &b) { return a.box.left() < b.box.left(); });
    const auto close = [step](const Swatch &a, const Swatch &b) { return b.box.left() - a.box.right() < kName * step; };
    return std::adjacent_find(group.begin(), group.end(), close) == group.end() ? group : QVector<Swatch>();
}

/// A legend whose names take several lines: the lines below begin where the first one does.
QVector<Swatch> linesFrom(const QVector<Swatch> &signs, const Swatch &first, int count, double step)
{
    QVector<Swatch> group = lineFrom(signs, first, step);
    double gap = 0;
    while (!group.isEmpty() && group.size() < count) {
        const Swatch *next = nullptr;
        const double from = gap > 0 ? group.back().middle().y() + gap - step : first.middle().y() + 3 * step;
        const double to = gap > 0 ? group.back().middle().y() + gap + step : first.middle().y() + 24 * step;
        for (const Swatch &sign : signs) {
            const double y = sign.middle().y();
            const bool begins =
                std::abs(sign.middle().x() - first.middle().x()) <= step && y >= from && y <= to && alike(first, sign, step);
            if (begins && (!next || y < next->middle().y()))
                next = &sign;
        }
        if (!next)
            return {};
        gap = next->middle().y() - group.back().middle().y();
        const QVector<Swatch> line = lineFrom(signs, *next, step);
        if (line.isEmpty())
            return {};
        group += line;
    }
    return group;
}

/// Whether many signs have its colour: letters of a text that is not grey.
bool isLetter(const QVector<Swatch> &signs, const Swatch &sign)
{
    const auto same = std::count_if(signs.begin(), signs.end(),
                                    [&](const Swatch &other) { return colourDistance(other.colour, sign.colour) < kSameColour; });
    return same >= kLetters;
}

/// Whether there is one more sign of another colour in a column or line of the group: then the legend has more names than the table.
bool goesOn(const QVector<Swatch> &signs, const QVector<Swatch> &group, double step)
{
    return std::any_of(signs.begin(), signs.end(), [&](const Swatch &sign) {
        return isNew(group, sign, kNewColour) && !isLetter(signs, sign) &&
               std::any_of(group.begin(), group.end(), [&](const Swatch &member) {
                   const QPointF apart = sign.middle() - member.middle();
                   const int between = std::max(member.box.left() - sign.box.right(), sign.box.left() - member.box.right());
                   const bool inLine = std::abs(apart.y()) <= step && between >= kName * step; // nearer: its name, in coloured letters
                   const bool inColumn = std::abs(apart.x()) <= step && std::abs(apart.y()) <= 24 * step;
                   return (inLine || inColumn) && alike(member, sign, step);
               });
    });
}

/// How far a group's signs are from equal size and exact lines, in steps a sign.
double misfit(const QVector<Swatch> &group, double step)
{
    double sum = 0;
    for (const Swatch &sign : group) {
        sum += std::abs(sign.box.width() - group.front().box.width());
        sum += kHeightWeight * std::abs(sign.box.height() - group.front().box.height());
        double aside = 1e9; // from the nearest column or line of another sign
        for (const Swatch &other : group) {
            if (other.box != sign.box)
                aside =
                    std::min({aside, std::abs(sign.middle().x() - other.middle().x()), std::abs(sign.middle().y() - other.middle().y())});
        }
        sum += 2 * aside;
    }
    return sum / step / double(group.size());
}

using Marks = QVector<QVector<QPointF>>;
using RowColours = QVector<QVector<MarkColours>>; ///< of the marks of each row

bool holdsMark(const Swatch &sign, const Marks &marks, double step)
{
    const QRectF around = QRectF(sign.box).adjusted(-step, -step, step, step);
    return std::any_of(marks.begin(), marks.end(), [&](const QVector<QPointF> &row) {
        return std::any_of(row.begin(), row.end(), [&](QPointF mark) { return around.contains(mark); });
    });
}

/// The best group among signs that were found in one way.
class LegendSearch
{
public:
    LegendSearch(const QVector<Swatch> &found, const Marks &marks, const RowColours &colours, const Colour &ground, int count, double step)
        : m_count(count), m_step(std::max(step, kLeastStep)), m_ground(ground)
    {
        for (const QVector<QPointF> &row : marks) {
            for (const QPointF mark : row)
                m_plot = m_plot.united(QRectF(mark, QSizeF(1, 1)));
        }
        for (const Swatch &sign : found) {
            if (holdsMark(sign, marks, step))
                continue;
            const bool grey = isGrey(sign, ground), seen = isSeen(colours, sign.colour);
            if (!grey)
                m_coloured.append(sign); // one that no mark has may still go on a legend
            if (seen || (!grey && count > 2))
                m_signs.append(sign);
            if (seen)
                m_seen.append(sign);
        }
    }

    /// Grey signs are looked at only if the coloured ones are no legend: letters stand in line as well.
    std::optional<QVector<Swatch>> best()
    {
        QVector<Swatch> coloured = m_signs;
        coloured.removeIf([&](const Swatch &sign) { return isGrey(sign, m_ground); });
        search(coloured);
        if (!m_best)
            search(m_signs);
        return m_best;
    }

private:
    void search(const QVector<Swatch> &signs)
    {
        for (const Swatch &first : signs) {
            note(linesFrom(signs, first, m_count, m_step));
            for (const Swatch &second : signs) {
                const double gap = (second.middle().y() - first.middle().y()) / m_step;
                const bool below = gap >= 2 && gap <= 24 && std::abs(second.middle().x() - first.middle().x()) <= m_step;
                if (below && alike(first, second, m_step) && isNew({first}, second))
                    note(columnFrom(signs, first, second, m_count, m_step));
            }
        }
    }

    static bool isSeen(const RowColours &rows, const Colour &colour)
    {
        double sum = 0;
        for (const QVector<MarkColours> &row : rows) {
            double best = 0;
            for (const MarkColours &mark : row)
                best = std::max(best, mark.seen(colour));
            sum += best;
        }
        return sum >= kSeenShare * double(rows.size());
    }

    /// Each of a colour of its own; marks have most of them: some may be drawn so that others shine through.
    bool isLegend(const QVector<Swatch> &group) const
    {
        if (group.size() != m_count)
            return false;
        for (int i = 1; i < m_count; ++i) {
            if (!isNew(group.first(i), group[i]))
                return false;
        }
        const auto isSeenSign = [&](const Swatch &sign) {
            return std::any_of(m_seen.begin(), m_seen.end(), [&](const Swatch &seen) { return seen.box == sign.box; });
        };
        const auto grey =
            std::count_if(group.begin(), group.end(), [&](const Swatch &sign) { return isGrey(sign, m_ground) && !isLong(sign); });
        const auto seen = std::count_if(group.begin(), group.end(), isSeenSign);
        return grey <= 1 && 2 * seen >= m_count; // letters and what is between them are grey
    }

    void note(const QVector<Swatch> &group)
    {
        if (!isLegend(group) || goesOn(m_coloured, group, m_step))
            return;
        const double fit = misfit(group, m_step);
        const std::pair worth(isAmongMarks(group), fit);
        if (fit <= kMostMisfit && (!m_best || worth < m_worth)) {
            m_best = group;
            m_worth = worth;
        }
    }

    /// There, pieces of lines that cross stand in line as well.
    bool isAmongMarks(const QVector<Swatch> &group) const
    {
        return std::any_of(group.begin(), group.end(), [&](const Swatch &sign) { return m_plot.contains(sign.middle()); });
    }

    int m_count;
    double m_step;
    Colour m_ground;
    QVector<Swatch> m_signs;
    QVector<Swatch> m_coloured;
    QVector<Swatch> m_seen;
    std::optional<QVector<Swatch>> m_best;
    QRectF m_plot; ///< where the marks are
    std::pair<bool, double> m_worth;
};

} // namespace

std::optional<Legend> findLegend(const engine::Image &picture, const QVector<QVector<QPointF>> &marks, int count, double step)
{
    if (count < 2 || step <= 0 || static_cast<long long>(picture.width) * picture.height > kMostPixels)
        return std::nullopt;
    const QVector<Colour> grounds = groundsOf(picture);
    RowColours colours;
    for (const QVector<QPointF> &row : marks) {
        colours.append(QVector<MarkColours>());
        for (const QPointF mark : row)
            colours.back().append(MarkColours(picture, mark, grounds.front(), step));
    }
    for (const auto find : {inkedSigns, evenSigns}) {
        LegendSearch search(find(picture, grounds, step), marks, colours, grounds.front(), count, step);
        if (auto found = search.best())
            return Legend{*found, grounds.front()};
    }
    return std::nullopt;
}

} // namespace conclave::app
