#include "engine/vision/turned_labels.h"

#include "engine/vision/ink_groups.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace conclave::engine
{
namespace
{

constexpr double kPi = std::numbers::pi;
constexpr double kDegree = kPi / 180;

constexpr int kLargestSide = 1000; ///< pixels in which letters are looked for
constexpr int kMostReach = 5;      ///< pixels around letters of one word
constexpr int kLeastInk = 6;       ///< pixels of a letter

constexpr double kHighest = 0.3; ///< of the picture: labels begin below
constexpr double kLeastTurned = 18 * kDegree;
constexpr double kUpward = 75 * kDegree; ///< from here on it is written upwards
constexpr double kLeastStretch = 1.5;    ///< length over breadth of a word
constexpr double kLeastBreadth = 4;      ///< pixels; a line is thinner
constexpr double kMostBreadth = 48;
constexpr double kMostFilled = 0.8; ///< of its box; a bar is filled
constexpr double kSameAngle = 10 * kDegree;
constexpr double kSameBreadth = 0.55; ///< smaller over larger
constexpr double kTopStep = 3;        ///< pixels by which a top may be off the line of others
constexpr double kTopSlope = 0.05;    ///< of that line, in photos
constexpr std::size_t kLeastLabels = 3;
constexpr double kLeastFilled = 0.4;    ///< share of the columns between the first and the last
constexpr std::size_t kMostWords = 128; ///< that are looked at
constexpr double kOffBeat = 0.2;        ///< of the distance of two columns
constexpr double kLeastApart = 0.7;     ///< of the breadth
constexpr double kLeastRegular = 0.7;   ///< share of distances
constexpr std::size_t kMostRows = 16;   ///< likewise
constexpr double kUprightWord = 8 * kDegree;
constexpr double kBelowTop = 5;    ///< pixels in which an axis may end
constexpr double kDeep = 0.6;      ///< of the longest label's depth, where others may end
constexpr double kLeastOwn = 0.75; ///< share of the ink around labels that is theirs
constexpr double kSmallest = 0.6;  ///< of the height of smaller upright words
constexpr double kLargest = 1.6;
constexpr double kWordGap = 0.8;      ///< of the height between words of a label
constexpr double kTickStretch = 1.5;  ///< length over breadth of a tick of an axis
constexpr double kBefore = 0.4;       ///< of the height above a label's upper end, where it may begin
constexpr double kForLength = 0.01;   ///< of a label that a height's length of text counts
constexpr double kTurn = 2 * kDegree; ///< by which angles are tried
constexpr int kTurns = 7;
constexpr double kClearly = 1.03;   ///< times as much ink as at an angle tried before
constexpr double kRefined = 4;      ///< heights along the text that are looked at for it
constexpr double kLeastOuter = 1.2; ///< heights of a label beside those that were found
constexpr double kMostOuter = 1.5;  ///< of the longest

using Groups = std::vector<InkGroup>;
using Members = std::vector<const InkGroup *>; ///< from the left

double between(double a, double b)
{
    const double apart = std::fmod(std::abs(a - b), kPi);
    return std::min(apart, kPi - apart);
}

bool isTurnedWord(const InkGroup &group, const InkMask &mask)
{
    return group.topY > kHighest * mask.height && std::abs(group.angle) > kLeastTurned && group.length > kLeastStretch * group.breadth &&
           group.breadth > kLeastBreadth && group.breadth < kMostBreadth && group.pixels < kMostFilled * group.length * group.breadth;
}

/// y over x, along which tops lie.
struct TopLine
{
    double x = 0;
    double y = 0;
    double slope = 0;

    double at(double there) const { return y + slope * (there - x); }
};

TopLine through(const InkGroup &a, const InkGroup &b)
{
    return {a.topX, a.topY, (b.topY - a.topY) / (b.topX - a.topX)};
}

bool isAlike(const InkGroup &group, const InkGroup &other)
{
    return between(group.angle, other.angle) < kSameAngle &&
           std::min(group.breadth, other.breadth) > kSameBreadth * std::max(group.breadth, other.breadth);
}

/// The words that are written like `seed` and begin on the line.
Members onLine(const TopLine &line, const InkGroup &seed, const Members &words)
{
    Members members;
    std::copy_if(words.begin(), words.end(), std::back_inserter(members),
                 [&](const InkGroup *word) { return std::abs(word->topY - line.at(word->topX)) < kTopStep && isAlike(*word, seed); });
    return members;
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

/// The share of `gaps` that are a whole number of times `apart`.
double regularity(const std::vector<double> &gaps, double apart)
{
    const auto regular = std::count_if(gaps.begin(), gaps.end(), [apart](double gap) {
        const double steps = std::round(gap / apart);
        return steps > 0 && std::abs(gap / apart - steps) < kOffBeat * steps;
    });
    return static_cast<double>(regular) / static_cast<double>(gaps.size());
}

/// `apart` more exactly.
double averageStep(const std::vector<double> &gaps, double apart)
{
    double length = 0, count = 0;
    for (const double gap : gaps) {
        const double steps = std::round(gap / apart);
        if (steps > 0 && std::abs(gap / apart - steps) < kOffBeat * steps) {
            length += gap;
            count += steps;
        }
    }
    return length / count;
}

/// The distance between columns; 0 where distances are uneven. Some columns may lie between others that were not found.
double distanceOf(const Members &members)
{
    std::vector<double> gaps, breadths;
    for (std::size_t i = 0; i < members.size(); ++i) {
        breadths.push_back(members[i]->breadth);
        if (i > 0)
            gaps.push_back(members[i]->topX - members[i - 1]->topX);
    }
    const double least = kLeastApart * median(breadths);
    double apart = 0;
    for (const double gap : gaps)
        if (gap > std::max(least, apart) && regularity(gaps, gap) >= kLeastRegular)
            apart = gap;
    const double columns = apart > 0 ? 1 + (members.back()->topX - members.front()->topX) / apart : 0;
    return apart > 0 && static_cast<double>(members.size()) >= kLeastFilled * columns ? averageStep(gaps, apart) : 0;
}

struct Row
{
    Members members;
    TopLine line;
    double apart = 0;
};

/// Whether both are members of one of the rows.
bool areKnown(const std::vector<Row> &rows, const InkGroup *a, const InkGroup *b)
{
    return std::any_of(rows.begin(), rows.end(), [a, b](const Row &row) {
        const auto has = [&row](const InkGroup *group) {
            return std::find(row.members.begin(), row.members.end(), group) != row.members.end();
        };
        return has(a) && has(b);
    });
}

Members turnedWords(const Groups &groups, const InkMask &mask)
{
    Members words;
    for (const InkGroup &group : groups)
        if (isTurnedWord(group, mask))
            words.push_back(&group);
    std::sort(words.begin(), words.end(), [](const InkGroup *a, const InkGroup *b) { return a->topX < b->topX; });
    words.resize(std::min(words.size(), kMostWords));
    return words;
}

/// Words that may be a row of labels, on every line that two of them suggest.
std::vector<Row> findRows(const Groups &groups, const InkMask &mask)
{
    const Members words = turnedWords(groups, mask);
    std::vector<Row> rows;
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (std::size_t j = i + 1; j < words.size(); ++j) {
            const TopLine line = through(*words[i], *words[j]);
            if (!(std::abs(line.slope) < kTopSlope) || !isAlike(*words[i], *words[j]) || areKnown(rows, words[i], words[j]))
                continue;
            Members members = onLine(line, *words[i], words);
            if (members.size() < kLeastLabels)
                continue;
            const double apart = distanceOf(members);
            rows.push_back({std::move(members), line, apart});
        }
    }
    std::erase_if(rows, [](const Row &row) { return row.apart == 0; });
    std::stable_sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) { return a.members.size() > b.members.size(); });
    rows.resize(std::min(rows.size(), kMostRows));
    return rows;
}

/// The angle of the longer ones, in the direction of reading.
double angleOf(const Members &members)
{
    Members longest = members;
    std::sort(longest.begin(), longest.end(), [](const InkGroup *a, const InkGroup *b) { return a->length > b->length; });
    longest.resize((longest.size() + 1) / 2);
    const double first = longest.front()->angle;
    std::vector<double> turns; // from the first: angles about the vertical have either sign
    for (const InkGroup *group : longest)
        turns.push_back(std::remainder(group->angle - first, kPi));
    const double angle = std::remainder(first + median(turns), kPi);
    return angle > kUpward ? angle - kPi : angle;
}

/// The upper end of a label, in the middle of its height.
struct Point
{
    double x = 0;
    double y = 0;
};

/// Reads the mask along lines of text at an angle.
class TextLines
{
public:
    /// `height` of the text.
    TextLines(const InkMask &mask, double angle, double height)
        : m_mask(mask), m_angle(angle), m_height(height), m_c(std::cos(angle)), m_s(std::sin(angle)), m_down(m_s > 0 ? 1 : -1)
    {
    }

    Point upperEnd(const InkGroup &group) const
    {
        const InkSpan along = spanOf(group, m_mask.width, m_angle), across = spanOf(group, m_mask.width, m_angle + kPi / 2);
        const double u = m_s > 0 ? along.low : along.high, v = (across.low + across.high) / 2;
        return {u * m_c - v * m_s, u * m_s + v * m_c};
    }

    /// Pixels of ink across the text, `down` pixels along it from its upper end.
    int inkAt(const Point &end, double down) const
    {
        const double x = end.x + m_down * down * m_c, y = end.y + m_down * down * m_s;
        const int half = static_cast<int>(m_height / 2) + 1;
        int ink = 0;
        for (int v = -half; v <= half; ++v) {
            const double px = x - v * m_s, py = y + v * m_c;
            const bool inside = px >= 0 && py >= 0 && px < m_mask.width && py < m_mask.height;
            ink += inside && m_mask.at(static_cast<int>(px), static_cast<int>(py)) ? 1 : 0;
        }
        return ink;
    }

    /// The label that begins at `end`, as far as there is no gap wider than one between words. No length: there is none.
    TurnedLabel label(const Point &end) const
    {
        double first = -1, last = -1;
        const double most = m_mask.width + m_mask.height;
        for (double down = behindTick(end); down < (last < 0 ? m_height : std::min(most, last + kWordGap * m_height)); ++down) {
            if (inkAt(end, down) > 0) {
                first = last < 0 ? down : first;
                last = down;
            }
        }
        const double middle = m_down * (first + last) / 2;
        return {end.x + middle * m_c, end.y + middle * m_s, last < 0 ? 0 : last - first + 1, end.x};
    }

    int inkAlong(const Point &end, double length) const
    {
        int ink = 0;
        for (double down = 0; down < length; ++down)
            ink += inkAt(end, down);
        return ink;
    }

private:
    /// Where a label may begin: behind a stroke towards the axis that is longer than a dot, and as narrow.
    double behindTick(const Point &end) const
    {
        const double begin = -kBefore * m_height;
        double down = begin;
        while (down < m_height && inkAt(end, down) == 0)
            ++down;
        const double first = down;
        int widest = 0;
        for (int ink = inkAt(end, down); ink > 0 && down < m_height; ink = inkAt(end, ++down))
            widest = std::max(widest, ink);
        return down - first > kTickStretch * widest && inkAt(end, down) == 0 ? down : begin;
    }

    const InkMask &m_mask;
    double m_angle;
    double m_height;
    double m_c;
    double m_s;
    double m_down; ///< 1: read from the upper end on, -1: towards it
};

double heightAt(const Members &members, const InkMask &mask, double angle)
{
    std::vector<double> heights;
    for (const InkGroup *group : members) {
        const InkSpan across = spanOf(*group, mask.width, angle + kPi / 2);
        heights.push_back(across.high - across.low + 1);
    }
    return median(heights);
}

/// `angle` more exactly: short words are not much longer than high. Where lines of text run, most ink is.
double refined(double angle, const Members &members, const InkMask &mask)
{
    const double height = heightAt(members, mask, angle);
    double best = angle;
    int most = 0;
    for (int step = 0; step <= kTurns; ++step) {
        for (const double turn : {step * kTurn, -step * kTurn}) {
            const TextLines lines(mask, angle + turn, height);
            int ink = 0;
            for (const InkGroup *group : members)
                ink += lines.inkAlong(lines.upperEnd(*group), kRefined * height);
            if (ink > kClearly * most) {
                most = ink;
                best = angle + turn;
            }
        }
    }
    return best;
}

/// Upper ends of the labels that were found, and between them of those that must be there.
std::vector<Point> upperEnds(const TextLines &lines, const Row &row)
{
    std::vector<Point> ends;
    for (const InkGroup *group : row.members) {
        const Point next = lines.upperEnd(*group);
        const Point last = ends.empty() ? next : ends.back();
        const int steps = static_cast<int>(std::round((next.x - last.x) / row.apart));
        for (int step = 1; step < steps; ++step)
            ends.push_back({last.x + (next.x - last.x) * step / steps, last.y + (next.y - last.y) * step / steps});
        ends.push_back(next);
    }
    return ends;
}

/// Goes on to one side for as long as there is something like a label.
void goOn(const TextLines &lines, double height, double step, double slope, std::vector<Point> &ends)
{
    double longest = 0;
    for (const Point &end : ends)
        longest = std::max(longest, lines.label(end).length);
    for (;;) {
        const Point last = step < 0 ? ends.front() : ends.back();
        const Point next{last.x + step, last.y + step * slope};
        const double length = lines.label(next).length;
        if (length < kLeastOuter * height || length > kMostOuter * longest)
            return;
        ends.insert(step < 0 ? ends.begin() : ends.end(), next);
    }
}

/// How far off an even distance places are, in all.
double unevenness(const std::vector<double> &places, double apart)
{
    double sum = 0;
    for (std::size_t i = 1; i < places.size(); ++i) {
        const double steps = (places[i] - places[i - 1]) / apart;
        sum += std::abs(steps - std::round(steps));
    }
    return sum;
}

TurnedLabels labelsOf(const InkMask &mask, const Row &row)
{
    TurnedLabels out;
    out.angle = refined(angleOf(row.members), row.members, mask);
    out.apart = row.apart;
    out.height = heightAt(row.members, mask, out.angle);
    const TextLines lines(mask, out.angle, out.height);
    std::vector<Point> ends = upperEnds(lines, row);
    goOn(lines, out.height, -row.apart, row.line.slope, ends);
    goOn(lines, out.height, row.apart, row.line.slope, ends);
    out.top = mask.height;
    std::vector<double> middles, tops;
    for (const Point &end : ends) {
        const TurnedLabel label = lines.label(end);
        if (label.length == 0)
            continue;
        out.labels.push_back(label);
        middles.push_back(label.x);
        tops.push_back(end.x);
        out.top = std::min(out.top, end.y - out.height / 2 * std::cos(out.angle));
    }
    const std::vector<double> &columns = unevenness(middles, row.apart) < unevenness(tops, row.apart) ? middles : tops;
    for (std::size_t i = 0; i < columns.size(); ++i)
        out.labels[i].column = columns[i];
    return out;
}

/// One of two whose middles lie on each other is a part of the other.
void dropParts(TurnedLabels &labels)
{
    std::vector<TurnedLabel> kept;
    for (const TurnedLabel &label : labels.labels) {
        if (!kept.empty() && std::hypot(label.x - kept.back().x, label.y - kept.back().y) < labels.height / 2)
            kept.back() = label.length > kept.back().length ? label : kept.back();
        else
            kept.push_back(label);
    }
    labels.labels = std::move(kept);
}

/// Whether point (x, y) belongs to a label.
bool isOn(const TurnedLabels &labels, double x, double y)
{
    const double c = std::cos(labels.angle), s = std::sin(labels.angle);
    return std::any_of(labels.labels.begin(), labels.labels.end(), [&](const TurnedLabel &label) {
        const double dx = x - label.x, dy = y - label.y;
        return std::abs(dx * c + dy * s) <= label.length / 2 + 1 && std::abs(dy * c - dx * s) <= labels.height / 2 + 2;
    });
}

/// The share of the ink from the first to the last that is the labels': text below a plot stands alone, bars' edges within one do not.
double ownShare(const TurnedLabels &labels, const InkMask &mask)
{
    double depth = 0;
    for (const TurnedLabel &label : labels.labels)
        depth = std::max(depth, label.length * std::abs(std::sin(labels.angle)));
    const auto from = [](double value) { return std::max(0, static_cast<int>(value)); };
    const int left = from(labels.labels.front().x), right = std::min(mask.width - 1, static_cast<int>(labels.labels.back().x));
    const int top = from(labels.top + kBelowTop), bottom = std::min(mask.height - 1, static_cast<int>(labels.top + kDeep * depth));
    int own = 0, all = 0;
    for (int y = top; y <= bottom; ++y) {
        for (int x = left; x <= right; ++x) {
            if (mask.all[static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.width) + static_cast<std::size_t>(x)] != 0) {
                ++all;
                own += isOn(labels, x, y) ? 1 : 0;
            }
        }
    }
    return all > 0 ? static_cast<double>(own) / all : 0;
}

double lengthOf(const TurnedLabels &labels)
{
    double sum = 0;
    for (const TurnedLabel &label : labels.labels)
        sum += label.length;
    return sum;
}

/// How high upright words of the picture are; 0 where there are few.
double heightOfWords(const InkMask &mask, int reach)
{
    std::vector<double> breadths;
    for (const InkGroup &group : inkGroups(mask, reach, kLeastInk))
        if (std::abs(group.angle) < kUprightWord && group.length > 2 * group.breadth && group.breadth > kLeastBreadth &&
            group.breadth < kMostBreadth)
            breadths.push_back(group.breadth);
    return breadths.size() < kLeastLabels ? 0 : median(breadths);
}

void enlarge(TurnedLabels &labels, int shrink)
{
    if (shrink == 1)
        return;
    const double half = (shrink - 1) / 2.0; // a pixel's middle among those that it was made of
    labels.height *= shrink;
    labels.apart *= shrink;
    labels.top *= shrink;
    for (TurnedLabel &label : labels.labels) {
        label.x = label.x * shrink + half;
        label.y = label.y * shrink + half;
        label.length *= shrink;
        label.column = label.column * shrink + half;
    }
}

} // namespace

std::optional<TurnedLabels> findTurnedLabels(const Image &image)
{
    const int shrink = 1 + (std::max(image.width, image.height) - 1) / kLargestSide;
    const InkMask mask = inkMask(image, shrink);
    const std::array<double, 2> usual = {heightOfWords(mask, 2),
                                         heightOfWords(mask, 3)}; // letters may be far apart, or words close together
    const auto isOfASize = [&usual](double height) {
        return std::any_of(usual.begin(), usual.end(),
                           [height](double words) { return words == 0 || (height > kSmallest * words && height < kLargest * words); });
    };
    std::optional<TurnedLabels> best;
    double most = 0;
    for (int reach = 1; reach <= kMostReach; ++reach) {
        const Groups groups = inkGroups(mask, reach, kLeastInk);
        for (const Row &row : findRows(groups, mask)) {
            TurnedLabels labels = labelsOf(mask, row);
            dropParts(labels);
            if (labels.labels.size() < kLeastLabels)
                continue;
            const double own = ownShare(labels, mask);
            const double many = own * (static_cast<double>(labels.labels.size()) + kForLength * lengthOf(labels) / labels.height);
            if (own > kLeastOwn && many > most && isOfASize(labels.height) && std::abs(labels.angle) > kLeastTurned) {
                most = many;
                best = std::move(labels);
            }
        }
    }
    if (best)
        enlarge(*best, shrink);
    return best;
}

} // namespace conclave::engine
