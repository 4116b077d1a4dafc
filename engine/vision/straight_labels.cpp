#include "engine/vision/straight_labels.h"

#include "engine/vision/image_preprocessor.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace conclave::engine
{
namespace
{

constexpr double kTall = 1.25;  ///< of the text's height, for what stands out of its middle
constexpr double kMargin = 0.3; ///< of the height, before and behind the text
constexpr int kBetween = 2;     ///< pixels between two labels in a line

using Colour = std::array<std::uint8_t, 3>;

/// The cubic of Catmull and Rom through four samples, between the second and the third.
double cubic(const std::array<double, 4> &p, double t)
{
    return p[1] + 0.5 * t * (p[2] - p[0] + t * (2 * p[0] - 5 * p[1] + 4 * p[2] - p[3] + t * (3 * (p[1] - p[2]) + p[3] - p[0])));
}

Colour colourAt(const Image &image, double x, double y)
{
    const double left = std::floor(x), top = std::floor(y);
    Colour colour{};
    for (std::size_t channel = 0; channel < 3; ++channel) {
        std::array<double, 4> rows{};
        for (int j = 0; j < 4; ++j) {
            std::array<double, 4> row{};
            const int v = std::clamp(static_cast<int>(top) + j - 1, 0, image.height - 1);
            for (int i = 0; i < 4; ++i)
                row[static_cast<std::size_t>(i)] =
                    image.pixels[pixelOffset(image, std::clamp(static_cast<int>(left) + i - 1, 0, image.width - 1), v) + channel];
            rows[static_cast<std::size_t>(j)] = cubic(row, x - left);
        }
        colour[channel] = static_cast<std::uint8_t>(std::clamp(std::lround(cubic(rows, y - top)), 0L, 255L));
    }
    return colour;
}

/// The strip of `image` along a label, upright.
Image upright(const Image &image, const TurnedLabels &labels, const TurnedLabel &label)
{
    const double most = labels.apart * std::abs(std::sin(labels.angle)); // then the next label begins
    const double height = std::max(1.0, std::min(kTall * labels.height, std::max(most, labels.height)));
    const double c = std::cos(labels.angle), s = std::sin(labels.angle);
    Image strip{static_cast<int>(std::lround(label.length + 2 * kMargin * labels.height)), static_cast<int>(std::lround(height)), {}};
    strip.pixels.reserve(static_cast<std::size_t>(strip.width) * static_cast<std::size_t>(strip.height) * 3);
    for (int y = 0; y < strip.height; ++y) {
        for (int x = 0; x < strip.width; ++x) {
            const double u = x - (strip.width - 1) / 2.0, v = y - (strip.height - 1) / 2.0;
            const Colour colour = colourAt(image, label.x + u * c - v * s, label.y + u * s + v * c);
            strip.pixels.insert(strip.pixels.end(), colour.begin(), colour.end());
        }
    }
    return strip;
}

/// What most of a strip is not written on.
Colour groundOf(const Image &strip)
{
    Colour ground{};
    std::vector<std::uint8_t> values;
    for (std::size_t channel = 0; channel < 3; ++channel) {
        values.clear();
        for (std::size_t i = channel; i < strip.pixels.size(); i += 3)
            values.push_back(strip.pixels[i]);
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        ground[channel] = *middle;
    }
    return ground;
}

void erase(Image &image, const TurnedLabels &labels, const TurnedLabel &label, const Colour &ground)
{
    const double c = std::cos(labels.angle), s = std::sin(labels.angle);
    const double along = label.length / 2 + kBetween, across = labels.height * kTall / 2 + 1;
    const double reach = along + across;
    for (int y = std::max(0, static_cast<int>(label.y - reach)); y <= std::min<double>(image.height - 1, label.y + reach); ++y) {
        for (int x = std::max(0, static_cast<int>(label.x - reach)); x <= std::min<double>(image.width - 1, label.x + reach); ++x) {
            const double dx = x - label.x, dy = y - label.y;
            if (std::abs(dx * c + dy * s) <= along && std::abs(dy * c - dx * s) <= across)
                std::copy(ground.begin(), ground.end(), image.pixels.begin() + static_cast<std::ptrdiff_t>(pixelOffset(image, x, y)));
        }
    }
}

void paste(Image &image, const Image &strip, int left, int top)
{
    const int wide = std::min(strip.width, image.width - left);
    for (int y = std::max(0, -top); y < std::min(strip.height, image.height - top); ++y)
        std::copy_n(strip.pixels.begin() + static_cast<std::ptrdiff_t>(pixelOffset(strip, 0, y)), wide * 3,
                    image.pixels.begin() + static_cast<std::ptrdiff_t>(pixelOffset(image, left, top + y)));
}

} // namespace

Image withStraightLabels(const Image &image, const TurnedLabels &labels)
{
    Image out = image;
    std::vector<Image> strips;
    for (const TurnedLabel &label : labels.labels) {
        strips.push_back(upright(image, labels, label));
        erase(out, labels, label, groundOf(strips.back()));
    }
    std::vector<int> ends; // of the lines, where the next label may begin
    for (std::size_t i = 0; i < strips.size(); ++i) {
        const Image &strip = strips[i];
        const int left =
            std::clamp(static_cast<int>(std::lround(labels.labels[i].column - strip.width / 2.0)), 0, std::max(0, out.width - strip.width));
        const auto line = std::find_if(ends.begin(), ends.end(), [left](int end) { return end <= left; });
        const int level = static_cast<int>(line - ends.begin());
        if (line == ends.end())
            ends.push_back(0);
        ends[static_cast<std::size_t>(level)] = left + strip.width + kBetween;
        paste(out, strip, left, std::min(static_cast<int>(labels.top) + level * strip.height, out.height - strip.height));
    }
    return out;
}

std::optional<Image> withStraightLabels(const Image &image)
{
    const auto labels = findTurnedLabels(image);
    return labels ? std::optional(withStraightLabels(image, *labels)) : std::nullopt;
}

} // namespace conclave::engine
