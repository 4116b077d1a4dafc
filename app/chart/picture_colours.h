#pragma once

#include "engine/api/types.h"

#include <array>

/// Colours of a picture.
namespace conclave::app
{

/// 0 to 255 each of red, green and blue.
using Colour = std::array<int, 3>;

/// How different two colours look: 0 to 765 (a weighted distance, https://www.compuphase.com/cmetric.htm).
double colourDistance(const Colour &one, const Colour &other);

/// Of a pixel that the picture has.
Colour pixelOf(const engine::Image &picture, int x, int y);
/// The same by places along an axis and across it; `horizontal`: along x.
Colour pixelOf(const engine::Image &picture, bool horizontal, int along, int across);

} // namespace conclave::app
