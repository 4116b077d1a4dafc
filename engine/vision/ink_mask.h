#pragma once

#include "engine/api/types.h"

#include <cstdint>
#include <vector>

namespace conclave::engine
{

/// Where a picture is darker or lighter than around: letters and thin lines, on any ground.
struct InkMask
{
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> all; ///< [height, width], 0 or 1
    std::vector<float> ground;     ///< grey, 0 to 255, of what most is like around each pixel
    std::vector<std::uint8_t> ink; ///< without lines that are longer than letters, and filled squares

    bool at(int x, int y) const
    {
        return ink[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] != 0;
    }
};

/// Of `image` (which passed checkImage) in 1/`shrink` of its size, against the mean around each pixel (Bradley and Roth 2007).
InkMask inkMask(const Image &image, int shrink);

} // namespace conclave::engine
