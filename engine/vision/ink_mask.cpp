#include "engine/vision/ink_mask.h"

#include "engine/vision/image_preprocessor.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace conclave::engine
{
namespace
{

constexpr int kAround = 12;       ///< pixels to each side over which the mean is taken
constexpr double kLeastStep = 20; ///< of 255 between ink and its ground
constexpr double kNoiseSteps = 4; ///< times the noise
constexpr int kShortestLine = 24; ///< pixels; letters have shorter strokes
constexpr int kLinesAcross = 25;  ///< or shorter than this part of the picture's width
constexpr int kSolid = 9;         ///< pixels of a side of a square that letters do not fill
constexpr int kHanging = 10;      ///< pixels from such a square

struct Grey
{
    int width = 0;
    int height = 0;
    std::vector<float> values; ///< [height, width]

    float at(int x, int y) const
    {
        return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
    }
};

Grey greyOf(const Image &image, int shrink)
{
    Grey grey{image.width / shrink, image.height / shrink, {}};
    grey.values.reserve(static_cast<std::size_t>(grey.width) * static_cast<std::size_t>(grey.height));
    const float share = 1.0F / static_cast<float>(3 * shrink * shrink);
    for (int y = 0; y < grey.height; ++y) {
        for (int x = 0; x < grey.width; ++x) {
            int sum = 0;
            for (int row = y * shrink; row < (y + 1) * shrink; ++row) {
                const auto *pixel = image.pixels.data() + pixelOffset(image, x * shrink, row);
                for (int i = 0; i < 3 * shrink; ++i)
                    sum += pixel[i];
            }
            grey.values.push_back(static_cast<float>(sum) * share);
        }
    }
    return grey;
}

/// Sums over rectangles of what is added row by row.
class Sums
{
public:
    Sums(int width, int height)
        : m_width(width), m_height(height), m_sums((static_cast<std::size_t>(width) + 1) * (static_cast<std::size_t>(height) + 1))
    {
    }

    template <typename Value>
    void fill(const Value &value)
    {
        for (int y = 0; y < m_height; ++y) {
            double row = 0;
            for (int x = 0; x < m_width; ++x) {
                row += value(x, y);
                m_sums[corner(x + 1, y + 1)] = m_sums[corner(x + 1, y)] + row;
            }
        }
    }
    /// Over what lies at most kAround to each side.
    double around(int x, int y) const
    {
        return over(std::max(0, x - kAround), std::max(0, y - kAround), std::min(m_width, x + kAround + 1),
                    std::min(m_height, y + kAround + 1));
    }
    /// How many those are.
    double countAround(int x, int y) const
    {
        return (std::min(m_width, x + kAround + 1) - std::max(0, x - kAround)) *
               (std::min(m_height, y + kAround + 1) - std::max(0, y - kAround));
    }
    double over(int left, int top, int right, int bottom) const
    {
        return m_sums[corner(right, bottom)] - m_sums[corner(right, top)] - m_sums[corner(left, bottom)] + m_sums[corner(left, top)];
    }

private:
    std::size_t corner(int x, int y) const
    {
        return static_cast<std::size_t>(y) * (static_cast<std::size_t>(m_width) + 1) + static_cast<std::size_t>(x);
    }

    int m_width;
    int m_height;
    std::vector<double> m_sums;
};

/// What most of the pixels around each are like: the mean of those on the larger side of their mean.
Grey groundOf(const Grey &grey)
{
    Sums all(grey.width, grey.height), light(grey.width, grey.height), lights(grey.width, grey.height);
    all.fill([&](int x, int y) { return static_cast<double>(grey.at(x, y)); });
    const auto isLight = [&](int x, int y) { return static_cast<double>(grey.at(x, y)) * all.countAround(x, y) > all.around(x, y); };
    light.fill([&](int x, int y) { return isLight(x, y) ? static_cast<double>(grey.at(x, y)) : 0.0; });
    lights.fill([&](int x, int y) { return isLight(x, y) ? 1.0 : 0.0; });
    Grey ground{grey.width, grey.height, {}};
    ground.values.reserve(grey.values.size());
    for (int y = 0; y < grey.height; ++y) {
        for (int x = 0; x < grey.width; ++x) {
            const double many = all.countAround(x, y), some = lights.around(x, y);
            const double mean = 2 * some > many ? light.around(x, y) / some : (all.around(x, y) - light.around(x, y)) / (many - some);
            ground.values.push_back(static_cast<float>(mean));
        }
    }
    return ground;
}

/// The median step from a pixel to the next: what noise leaves where nothing is drawn.
double noiseOf(const Grey &grey)
{
    std::vector<float> steps;
    for (int y = 0; y < grey.height; y += 2)
        for (int x = 1; x < grey.width; x += 2)
            steps.push_back(std::abs(grey.at(x, y) - grey.at(x - 1, y)));
    if (steps.empty())
        return 0;
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    return static_cast<double>(*middle);
}

/// Marks in `lines` what runs on for `longest` pixels or more in steps of `step` from `begin`.
void markRuns(const InkMask &mask, std::size_t begin, std::size_t step, int count, int longest, std::vector<std::uint8_t> &lines)
{
    int run = 0;
    for (int i = 0; i <= count; ++i) {
        const std::size_t at = begin + static_cast<std::size_t>(i) * step;
        if (i < count && mask.ink[at] != 0) {
            ++run;
            continue;
        }
        for (int k = 1; run >= longest && k <= run; ++k)
            lines[at - static_cast<std::size_t>(k) * step] = 1;
        run = 0;
    }
}

/// Takes `lines` away, and the pixel to each side across them, where a blurred line has its edge.
void erase(InkMask &mask, const std::vector<std::uint8_t> &lines, int across)
{
    const auto size = static_cast<int>(mask.ink.size());
    for (int at = 0; at < size; ++at) {
        if (lines[static_cast<std::size_t>(at)] != 0) {
            for (const int side : {at - across, at, at + across})
                mask.ink[static_cast<std::size_t>(std::clamp(side, 0, size - 1))] = 0;
        }
    }
}

/// Pixels of squares that are all ink.
std::vector<int> solids(const InkMask &mask)
{
    Sums sums(mask.width, mask.height);
    sums.fill([&mask](int x, int y) { return mask.at(x, y) ? 1.0 : 0.0; });
    std::vector<std::uint8_t> solid(mask.ink.size());
    for (int y = 0; y + kSolid <= mask.height; ++y) {
        for (int x = 0; x + kSolid <= mask.width; ++x) {
            if (sums.over(x, y, x + kSolid, y + kSolid) < kSolid * kSolid)
                continue;
            for (int row = y; row < y + kSolid; ++row)
                std::fill_n(solid.begin() + static_cast<std::ptrdiff_t>(row) * mask.width + x, kSolid, std::uint8_t{1});
        }
    }
    std::vector<int> points;
    for (std::size_t at = 0; at < solid.size(); ++at)
        if (solid[at] != 0)
            points.push_back(static_cast<int>(at));
    return points;
}

/// Takes solids away, and what hangs on them: corners of bars that their ground was not told from.
void eraseSolids(InkMask &mask)
{
    std::vector<int> edge = solids(mask), next;
    for (const int at : edge)
        mask.ink[static_cast<std::size_t>(at)] = 0;
    for (int step = 0; step < kHanging; ++step) {
        next.clear();
        for (const int at : edge) {
            const int x = at % mask.width, y = at / mask.width;
            for (int j = std::max(0, y - 1); j <= std::min(mask.height - 1, y + 1); ++j) {
                for (int i = std::max(0, x - 1); i <= std::min(mask.width - 1, x + 1); ++i) {
                    if (mask.at(i, j)) {
                        next.push_back(j * mask.width + i);
                        mask.ink[static_cast<std::size_t>(next.back())] = 0;
                    }
                }
            }
        }
        edge.swap(next);
    }
}

void eraseLines(InkMask &mask)
{
    const int longest = std::max(kShortestLine, mask.width / kLinesAcross);
    const auto stride = static_cast<std::size_t>(mask.width);
    std::vector<std::uint8_t> flat(mask.ink.size()), upright(mask.ink.size());
    for (int y = 0; y < mask.height; ++y)
        markRuns(mask, static_cast<std::size_t>(y) * stride, 1, mask.width, longest, flat);
    for (int x = 0; x < mask.width; ++x)
        markRuns(mask, static_cast<std::size_t>(x), stride, mask.height, longest, upright);
    erase(mask, flat, mask.width);
    erase(mask, upright, 1);
}

} // namespace

InkMask inkMask(const Image &image, int shrink)
{
    const Grey grey = greyOf(image, shrink);
    Grey ground = groundOf(grey);
    const auto least = static_cast<float>(std::max(kLeastStep, kNoiseSteps * noiseOf(grey)));
    InkMask mask{grey.width, grey.height, std::vector<std::uint8_t>(grey.values.size()), {}, {}};
    std::transform(grey.values.begin(), grey.values.end(), ground.values.begin(), mask.all.begin(),
                   [least](float value, float around) { return static_cast<std::uint8_t>(std::abs(value - around) > least); });
    mask.ground = std::move(ground.values);
    mask.ink = mask.all;
    eraseSolids(mask);
    eraseLines(mask);
    return mask;
}

} // namespace conclave::engine
