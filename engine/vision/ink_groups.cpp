#include "engine/vision/ink_groups.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace conclave::engine
{
namespace
{

constexpr int kTopRows = 3; ///< of a group, over which its top is averaged

/// Every pixel within `reach` of ink, along rows and columns.
std::vector<std::uint8_t> grown(const InkMask &mask, int reach)
{
    const auto width = static_cast<std::size_t>(mask.width);
    std::vector<std::uint8_t> wide(mask.ink.size()), out(mask.ink.size());
    for (int y = 0; y < mask.height; ++y) {
        for (int x = 0; x < mask.width; ++x) {
            if (mask.at(x, y)) {
                const std::size_t row = static_cast<std::size_t>(y) * width;
                for (int i = std::max(0, x - reach); i <= std::min(mask.width - 1, x + reach); ++i)
                    wide[row + static_cast<std::size_t>(i)] = 1;
            }
        }
    }
    for (int y = 0; y < mask.height; ++y) {
        for (std::size_t x = 0; x < width; ++x) {
            if (wide[static_cast<std::size_t>(y) * width + x] != 0) {
                for (int i = std::max(0, y - reach); i <= std::min(mask.height - 1, y + reach); ++i)
                    out[static_cast<std::size_t>(i) * width + x] = 1;
            }
        }
    }
    return out;
}

/// Takes the region around `start` out of `region`, and puts its ink into `points`.
void take(std::vector<std::uint8_t> &region, const InkMask &mask, int start, std::vector<int> &stack, std::vector<int> &points)
{
    stack.assign(1, start);
    region[static_cast<std::size_t>(start)] = 0;
    while (!stack.empty()) {
        const int at = stack.back();
        stack.pop_back();
        if (mask.ink[static_cast<std::size_t>(at)] != 0)
            points.push_back(at);
        const int x = at % mask.width, y = at / mask.width;
        for (int j = std::max(0, y - 1); j <= std::min(mask.height - 1, y + 1); ++j) {
            for (int i = std::max(0, x - 1); i <= std::min(mask.width - 1, x + 1); ++i) {
                const int next = j * mask.width + i;
                if (region[static_cast<std::size_t>(next)] != 0) {
                    region[static_cast<std::size_t>(next)] = 0;
                    stack.push_back(next);
                }
            }
        }
    }
}

void findTop(InkGroup &group, int width)
{
    int top = std::numeric_limits<int>::max(), count = 0;
    for (const int point : group.points)
        top = std::min(top, point / width);
    double sum = 0;
    for (const int point : group.points) {
        if (point / width < top + kTopRows) {
            sum += point % width;
            ++count;
        }
    }
    group.topX = sum / count;
    group.topY = top;
}

/// Longer axis (of the second moments), both extents and the top.
void measure(InkGroup &group, int width)
{
    const auto count = static_cast<double>(group.points.size());
    double middleX = 0, middleY = 0;
    for (const int point : group.points) {
        middleX += point % width / count;
        middleY += static_cast<double>(point / width) / count;
    }
    double xx = 0, yy = 0, xy = 0;
    for (const int point : group.points) {
        const double x = point % width - middleX, y = static_cast<double>(point / width) - middleY;
        xx += x * x;
        yy += y * y;
        xy += x * y;
    }
    group.angle = 0.5 * std::atan2(2 * xy, xx - yy);
    const InkSpan along = spanOf(group, width, group.angle), across = spanOf(group, width, group.angle + std::numbers::pi / 2);
    group.length = along.high - along.low + 1;
    group.breadth = across.high - across.low + 1;
    findTop(group, width);
}

} // namespace

std::vector<InkGroup> inkGroups(const InkMask &mask, int reach, int least)
{
    std::vector<std::uint8_t> region = grown(mask, reach);
    std::vector<InkGroup> groups;
    std::vector<int> stack, points;
    for (std::size_t at = 0; at < region.size(); ++at) {
        if (region[at] == 0)
            continue;
        points.clear();
        take(region, mask, static_cast<int>(at), stack, points);
        if (std::ssize(points) < least)
            continue;
        groups.emplace_back();
        groups.back().points = points;
        measure(groups.back(), mask.width);
    }
    return groups;
}

InkSpan spanOf(const InkGroup &group, int width, double angle)
{
    InkSpan span{std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest()};
    const double c = std::cos(angle), s = std::sin(angle);
    for (const int point : group.points) {
        const double at = point % width * c + static_cast<double>(point / width) * s;
        span.low = std::min(span.low, at);
        span.high = std::max(span.high, at);
    }
    return span;
}

} // namespace conclave::engine
