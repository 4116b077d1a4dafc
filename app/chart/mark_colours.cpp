#include "app/chart/mark_colours.h"

#include <algorithm>
#include <cmath>

namespace conclave::app
{
namespace
{

constexpr double kHalfSeen = 45;               // the distance at which a colour is seen half
constexpr double kGround = 15;                 // at most, of pixels of the ground
constexpr double kBlends[] = {0.8, 1.25, 1.6}; // how much more a pixel may differ from the ground than it does
constexpr double kBlendCost = 40;              // of such a pixel, in colours
constexpr int kShade = 8;                      // colours so alike are one

} // namespace

MarkColours::MarkColours(const engine::Image &picture, QPointF place, const Colour &ground, double step)
{
    const double radius = 2 * step;
    QVector<Shade> pixels;
    const auto shadeOf = [](const Shade &pixel) {
        return Colour{pixel.colour[0] / kShade, pixel.colour[1] / kShade, pixel.colour[2] / kShade};
    };
    for (int y = std::max(0, int(place.y() - radius)); y <= std::min(picture.height - 1, int(place.y() + radius)); ++y) {
        for (int x = std::max(0, int(place.x() - radius)); x <= std::min(picture.width - 1, int(place.x() + radius)); ++x) {
            const Colour colour = pixelOf(picture, x, y);
            if (colourDistance(colour, ground) > kGround)
                pixels.append({colour, std::hypot(x + 0.5 - place.x(), y + 0.5 - place.y()) / radius, 0});
        }
    }
    std::sort(pixels.begin(), pixels.end(), [&](const Shade &a, const Shade &b) { // the nearest of a shade first
        return std::pair(shadeOf(a), a.apart) < std::pair(shadeOf(b), b.apart);
    });
    pixels.erase(std::unique(pixels.begin(), pixels.end(), [&](const Shade &a, const Shade &b) { return shadeOf(a) == shadeOf(b); }),
                 pixels.end());
    for (const Shade &pixel : pixels) {
        m_shades.append(pixel);
        for (const double more : kBlends) {
            Shade whole{{}, pixel.apart, kBlendCost * std::abs(more - 1)};
            for (std::size_t i = 0; i < 3; ++i)
                whole.colour[i] = std::clamp(int(ground[i] + more * (pixel.colour[i] - ground[i])), 0, 255);
            m_shades.append(whole);
        }
    }
}

double MarkColours::seen(const Colour &colour) const
{
    double least = 1e9;
    for (const Shade &shade : m_shades) {
        const double other = (colourDistance(shade.colour, colour) + shade.distance) / kHalfSeen;
        least = std::min(least, other * other + shade.apart * shade.apart);
    }
    return std::exp(-0.7 * least);
}

} // namespace conclave::app
