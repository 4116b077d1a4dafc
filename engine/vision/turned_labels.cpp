#include "engine/vision/turned_labels.h"

#include "engine/vision/label_rows.h"
#include "engine/vision/text_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace conclave::engine
{
namespace
{

constexpr double kOneDegree = std::numbers::pi / 180;

constexpr int kLargestSide = 1000; ///< pixels in which letters are looked for
constexpr int kMostReach = 5;      ///< pixels around letters of one word
constexpr int kLeastInk = 6;       ///< pixels of a letter

constexpr double kUprightWord = 8 * kOneDegree;
constexpr double kBelowTop = 5;    ///< pixels in which an axis may end
constexpr double kDeep = 0.6;      ///< of the longest label's depth, where others may end
constexpr double kLeastOwn = 0.75; ///< share of the ink around labels that is theirs
constexpr double kSmallest = 0.6;  ///< of the height of upright words
constexpr double kLargest = 1.6;
constexpr float kGroundStep = 24;        ///< of 255
constexpr double kLeastOnGround = 0.85;  ///< share of neighbours
constexpr double kLeastLength = 1.5;     ///< heights, of labels that are usual
constexpr double kForLength = 0.01;      ///< of a label that a height's length of text counts
constexpr double kTurn = 2 * kOneDegree; ///< by which angles are tried
constexpr int kTurns = 7;
constexpr double kClearly = 1.03;   ///< times as much ink as at an angle tried before
constexpr double kRefined = 4;      ///< heights along the text that are looked at for it
constexpr double kLeastOuter = 1.2; ///< heights of a label beside those that were found
constexpr double kMostOuter = 1.5;  ///< of the longest

/// `angle` more exactly: short words are not much longer than high. Where lines of text run, most ink is.
double refined(double angle, const LabelRow &row, const InkMask &mask)
{
    const double height = heightOf(row, mask, angle);
    double best = angle;
    int most = 0;
    for (int i = 0; i <= 2 * kTurns; ++i) { // 0, 1, -1, 2, -2, ...
        const double tried = angle + (i % 2 == 1 ? i + 1 : -i) / 2 * kTurn;
        const TextLines lines(mask, tried, height);
        int ink = 0;
        for (const InkGroup *group : row.members)
            ink += lines.inkAlong(lines.upperEnd(*group), kRefined * height);
        if (ink > kClearly * most) {
            most = ink;
            best = tried;
        }
    }
    return best;
}

/// Upper ends of the labels that were found, and between them of those that must be there.
std::vector<TextEnd> upperEnds(const TextLines &lines, const LabelRow &row)
{
    std::vector<TextEnd> ends;
    for (const InkGroup *group : row.members) {
        const TextEnd next = lines.upperEnd(*group);
        const TextEnd last = ends.empty() ? next : ends.back();
        const int steps = static_cast<int>(std::round((next.x - last.x) / row.apart));
        for (int step = 1; step < steps; ++step)
            ends.push_back({last.x + (next.x - last.x) * step / steps, last.y + (next.y - last.y) * step / steps});
        ends.push_back(next);
    }
    return ends;
}

/// Goes on to one side for as long as there is something like a label.
void goOn(const TextLines &lines, double height, double step, double slope, std::vector<TextEnd> &ends)
{
    double longest = 0;
    for (const TextEnd &end : ends)
        longest = std::max(longest, lines.run(end).length);
    for (;;) {
        const TextEnd last = step < 0 ? ends.front() : ends.back();
        const TextEnd next{last.x + step, last.y + step * slope};
        const double length = lines.run(next).length;
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

TurnedLabels labelsOf(const InkMask &mask, const LabelRow &row)
{
    TurnedLabels out;
    out.angle = refined(angleOf(row), row, mask);
    out.apart = row.apart;
    out.height = heightOf(row, mask, out.angle);
    const TextLines lines(mask, out.angle, out.height);
    std::vector<TextEnd> ends = upperEnds(lines, row);
    goOn(lines, out.height, -row.apart, row.line.slope, ends);
    goOn(lines, out.height, row.apart, row.line.slope, ends);
    out.top = mask.height;
    std::vector<double> middles, tops;
    for (const TextEnd &end : ends) {
        const TextRun text = lines.run(end);
        if (text.length == 0)
            continue;
        out.labels.push_back({text.x, text.y, text.length, 0});
        middles.push_back(text.x);
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

/// Whether what the labels are written on is what lies between them: text is below a plot, corners of bars are not on one ground.
bool areOnOneGround(const TurnedLabels &labels, const InkMask &mask)
{
    const auto groundAt = [&mask](double x, double y) {
        const auto column = static_cast<std::size_t>(std::clamp(x, 0.0, mask.width - 1.0)),
                   row = static_cast<std::size_t>(std::clamp(y, 0.0, mask.height - 1.0));
        return mask.ground[row * static_cast<std::size_t>(mask.width) + column];
    };
    int alike = 0, all = 0;
    for (std::size_t i = 1; i < labels.labels.size(); ++i) {
        const TurnedLabel &left = labels.labels[i - 1], &right = labels.labels[i];
        const float between = groundAt((left.x + right.x) / 2, (left.y + right.y) / 2);
        for (const TurnedLabel *label : {&left, &right}) {
            ++all;
            alike += std::abs(groundAt(label->x, label->y) - between) < kGroundStep ? 1 : 0;
        }
    }
    return alike >= kLeastOnGround * all;
}

double lengthOf(const TurnedLabels &labels)
{
    double sum = 0;
    for (const TurnedLabel &label : labels.labels)
        sum += label.length;
    return sum;
}

/// How high upright words of the picture are; 0 where there are few.
double heightOfWords(const std::vector<InkGroup> &groups)
{
    std::vector<double> breadths;
    for (const InkGroup &group : groups)
        if (std::abs(group.angle) < kUprightWord && group.length > 2 * group.breadth && isOfLetters(group))
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

/// The share of their surroundings that is theirs, 0 where they are none: digits, corners, strokes.
double likelihoodOf(const TurnedLabels &labels, const InkMask &mask)
{
    if (labels.labels.size() < kLeastLabels || std::abs(labels.angle) < kLeastTurned || !areOnOneGround(labels, mask))
        return 0;
    std::vector<double> lengths;
    for (const TurnedLabel &label : labels.labels)
        lengths.push_back(label.length);
    const double own = median(std::move(lengths)) < kLeastLength * labels.height ? 0 : ownShare(labels, mask);
    return own > kLeastOwn ? own : 0;
}

} // namespace

std::optional<TurnedLabels> findTurnedLabels(const Image &image)
{
    const int shrink = 1 + (std::max(image.width, image.height) - 1) / kLargestSide;
    const InkMask mask = inkMask(image, shrink);
    std::vector<std::vector<InkGroup>> grouped; // with reaches from 1 on
    for (int reach = 1; reach <= kMostReach; ++reach)
        grouped.push_back(inkGroups(mask, reach, kLeastInk));
    const std::array<double, 2> usual = {heightOfWords(grouped[1]), heightOfWords(grouped[2])}; // letters may be far apart, or words close
    const auto isOfASize = [&usual](double height) {
        return std::any_of(usual.begin(), usual.end(),
                           [height](double words) { return words == 0 || (height > kSmallest * words && height < kLargest * words); });
    };
    std::optional<TurnedLabels> best;
    double most = 0;
    for (const std::vector<InkGroup> &groups : grouped) {
        for (const LabelRow &row : findLabelRows(groups, mask)) {
            TurnedLabels labels = labelsOf(mask, row);
            dropParts(labels);
            const double many = static_cast<double>(labels.labels.size()) + kForLength * lengthOf(labels) / labels.height;
            const double score = isOfASize(labels.height) ? many * likelihoodOf(labels, mask) : 0;
            if (score > most) {
                most = score;
                best = std::move(labels);
            }
        }
    }
    if (best)
        enlarge(*best, shrink);
    return best;
}

} // namespace conclave::engine
