#include "engine/vision/picture_look.h"

#include "engine/vision/image_preprocessor.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{
namespace
{

std::uint8_t *pixelAt(Image &image, int x, int y)
{
    return image.pixels.data() + pixelOffset(image, x, y);
}

} // namespace

LookedPicture lookAt(const Image &image, int frameWidth, int frameHeight, const PictureLook &look)
{
    const double whole = fitInto(image.width, image.height, frameWidth, frameHeight).scale;
    const double room = fitInto(image.width, image.height, frameWidth - look.left, frameHeight - look.top).scale;
    const double scale = std::min(whole * look.scale, room);
    const auto side = [&](int from, int most) { return std::clamp(static_cast<int>(std::floor(from * scale + 0.5)), 1, most); };
    Image small = resize(image, side(image.width, frameWidth - look.left), side(image.height, frameHeight - look.top));
    LookedPicture looked;
    looked.scale = scale / whole;
    looked.frame = {frameWidth, frameHeight,
                    std::vector<std::uint8_t>(static_cast<std::size_t>(frameWidth) * static_cast<std::size_t>(frameHeight) * 3, 255)};
    for (int y = 0; y < look.top + small.height; ++y) {
        const int from = std::max(0, y - look.top);
        for (int x = 0; x < look.left; ++x)
            std::copy_n(pixelAt(small, 0, from), 3, pixelAt(looked.frame, x, y));
        std::copy_n(pixelAt(small, 0, from), small.width * 3, pixelAt(looked.frame, look.left, y));
    }
    return looked;
}

} // namespace conclave::engine
