#pragma once

#include "engine/api/types.h"
#include "engine/base/result.h"

#include <vector>

/// From any picture to a vision encoder's input (training/MODEL.md, "Image to memory"). Pure functions.
namespace conclave::engine
{

/// Longest side and most pixels that a picture may have: beyond any screenshot or scan, and small enough to work on.
inline constexpr int kMostImageSide = 32768;
inline constexpr long long kMostImagePixels = 200'000'000;

/// kBadImage when the picture is empty, too large, or its pixels do not fit its size.
Result<Done> checkImage(const Image &image);

/// Where the three bytes of a pixel begin among `image`'s.
inline std::size_t pixelOffset(const Image &image, int x, int y)
{
    return (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)) * 3;
}

/// Where a picture lies in a frame of [height, width]: top left, scaled.
struct FittedSize
{
    int width = 0;
    int height = 0;
    double scale = 1;
};
FittedSize fitInto(int width, int height, int frameWidth, int frameHeight);

/// Scales by the triangle filter with support max(1, scale), separably; rows first, rounded to 8 bits after each pass.
Image resize(const Image &image, int width, int height);

/// The picture scaled into a frame, top left, the rest white. `image` has passed checkImage.
Image frameImage(const Image &image, int frameWidth, int frameHeight);

/// v / 127.5 - 1 for each value: [height, width, 3].
std::vector<float> normalisedPixels(const Image &image);

} // namespace conclave::engine
