#include "engine/vision/label_rows.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace conclave::engine
{
namespace
{

constexpr double kPi = std::numbers::pi;
constexpr double kDegree = kPi / 180;

constexpr double kHighest = 0.3;         ///< of the picture: labels begin below
constexpr double kUpward = 75 * kDegree; ///< from here on it is written upwards
constexpr double kLeastStretch = 1.5;    ///< length over breadth of a word
constexpr double kLeastBreadth = 4;      ///< pixels; a line is thinner
constexpr double kMostBreadth = 48;
constexpr double kMostFilled = 0.8; ///< of its box; a bar is filled
constexpr double kSameAngle = 10 * kDegree;
constexpr double kSameBreadth = 0.55;   ///< smaller over larger
constexpr double kTopStep = 3;          ///< pixels by which a top may be off the line of others
constexpr double kTopSlope = 0.05;      ///< of that line, in photos
constexpr double kLeastFilled = 0.4;    ///< share of the columns between the first and the last
constexpr std::size_t kMostWords = 128; ///< that are looked at
constexpr double kOffBeat = 0.2;        ///< of the distance of two columns
constexpr double kLeastApart = 0.7;     ///< of the breadth
constexpr double kLeastRegular = 0.7;   ///< share of distances
constexpr std::size_t kMostRows = 16;   ///< likewise

using Members = std::vector<const InkGroup *>; ///< from the left

double between(double a, double b)
{
    const double apart = std::fmod(std::abs(a - b), kPi);
    return std::min(apart, kPi - apart);
}

bool isTurnedWord(const InkGroup &group, const InkMask &mask)
{
    return group.topY > kHighest * mask.height && std::abs(group.angle) > kLeastTurned && group.length > kLeastStretch * group.breadth &&
           isOfLetters(group) && static_cast<double>(group.points.size()) < kMostFilled * group.length * group.breadth;
}

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

/// How many times `apart` a gap is; 0: no whole number.
double stepsIn(double gap, double apart)
{
    const double steps = std::round(gap / apart);
    return std::abs(gap / apart - steps) < kOffBeat * steps ? steps : 0;
}

/// The share of `gaps` that are a whole number of times `apart`.
double regularity(const std::vector<double> &gaps, double apart)
{
    const auto regular = std::count_if(gaps.begin(), gaps.end(), [apart](double gap) { return stepsIn(gap, apart) > 0; });
    return static_cast<double>(regular) / static_cast<double>(gaps.size());
}

/// `apart` more exactly.
double averageStep(const std::vector<double> &gaps, double apart)
{
    double length = 0, count = 0;
    for (const double gap : gaps) {
        const double steps = stepsIn(gap, apart);
        length += steps > 0 ? gap : 0;
        count += steps;
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

/// Whether both are members of one of the rows.
bool areKnown(const std::vector<LabelRow> &rows, const InkGroup *a, const InkGroup *b)
{
    return std::any_of(rows.begin(), rows.end(), [a, b](const LabelRow &row) {
        const auto has = [&row](const InkGroup *group) {
            return std::find(row.members.begin(), row.members.end(), group) != row.members.end();
        };
        return has(a) && has(b);
    });
}

Members turnedWords(const std::vector<InkGroup> &groups, const InkMask &mask)
{
    Members words;
    for (const InkGroup &group : groups)
        if (isTurnedWord(group, mask))
            words.push_back(&group);
    std::sort(words.begin(), words.end(), [](const InkGroup *a, const InkGroup *b) { return a->topX < b->topX; });
    words.resize(std::min(words.size(), kMostWords));
    return words;
}

} // namespace

bool isOfLetters(const InkGroup &group)
{
    return group.breadth > kLeastBreadth && group.breadth < kMostBreadth;
}

std::vector<LabelRow> findLabelRows(const std::vector<InkGroup> &groups, const InkMask &mask)
{
    const Members words = turnedWords(groups, mask);
    std::vector<LabelRow> rows;
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
    std::erase_if(rows, [](const LabelRow &row) { return row.apart == 0; });
    std::stable_sort(rows.begin(), rows.end(), [](const LabelRow &a, const LabelRow &b) { return a.members.size() > b.members.size(); });
    rows.resize(std::min(rows.size(), kMostRows));
    return rows;
}

double angleOf(const LabelRow &row)
{
    Members longest = row.members;
    std::sort(longest.begin(), longest.end(), [](const InkGroup *a, const InkGroup *b) { return a->length > b->length; });
    longest.resize((longest.size() + 1) / 2);
    const double first = longest.front()->angle;
    std::vector<double> turns; // from the first: angles about the vertical have either sign
    for (const InkGroup *group : longest)
        turns.push_back(std::remainder(group->angle - first, kPi));
    const double angle = std::remainder(first + median(turns), kPi);
    return angle > kUpward ? angle - kPi : angle;
}

double heightOf(const LabelRow &row, const InkMask &mask, double angle)
{
    std::vector<double> heights;
    for (const InkGroup *group : row.members) {
        const InkSpan across = spanOf(*group, mask.width, angle + kPi / 2);
        heights.push_back(across.high - across.low + 1);
    }
    return median(heights);
}

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

} // namespace conclave::engine
