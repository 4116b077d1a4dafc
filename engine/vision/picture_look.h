#pragma once

#include "engine/api/types.h"

/// One picture, laid into an encoder's frame in several ways. Pure functions.
namespace conclave::engine
{

/// How a picture lies in the frame: moved from the top left, made smaller (or larger) than what fits as a whole.
struct PictureLook
{
    int left = 0; ///< pixels of the frame
    int top = 0;
    double scale = 1; ///< of frameImage's size; less where the picture would not fit beside what it is moved by
};

struct LookedPicture
{
    Image frame;      ///< [frameHeight, frameWidth]
    double scale = 1; ///< a place p of frameImage's frame lies at scale * p + left (top) here
};

/// As frameImage (engine/vision/image_preprocessor.h) otherwise; what the picture was moved by is filled with its edges. `image` has
/// passed checkImage; the look's left and top are smaller than the frame.
LookedPicture lookAt(const Image &image, int frameWidth, int frameHeight, const PictureLook &look);

} // namespace conclave::engine
