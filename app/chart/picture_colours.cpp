#include "app/chart/picture_colours.h"

#include <cmath>

namespace conclave::app
{

double colourDistance(const Colour &one, const Colour &other)
{
    const double red = (one[0] + other[0]) / 2.0;
    const double r = one[0] - other[0], g = one[1] - other[1], b = one[2] - other[2];
    return std::sqrt((2 + red / 256) * r * r + 4 * g * g + (2 + (255 - red) / 256) * b * b);
}

Colour pixelOf(const engine::Image &picture, int x, int y)
{
    const std::uint8_t *at = picture.pixels.data() + (static_cast<std::size_t>(y) * std::size_t(picture.width) + std::size_t(x)) * 3;
    return {at[0], at[1], at[2]};
}

Colour pixelOf(const engine::Image &picture, bool horizontal, int along, int across)
{
    return horizontal ? pixelOf(picture, along, across) : pixelOf(picture, across, along);
}

} // namespace conclave::app
