#include "engine/vision/image_preprocessor.h"
#include "engine/vision/patch_grid.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace
{

using namespace conclave::engine;

int number(const std::uint8_t *data)
{
    std::int32_t value = 0;
    std::memcpy(&value, data, sizeof value);
    return value;
}

/// Dynamic resolution: whole tokens within the rules' limits, and as many patches as the grid says.
void cutIntoPatches(const Image &image)
{
    PatchRules rules;
    rules.mostTokens = 64;
    const auto grid = tokenGrid(image.width, image.height, rules);
    if (!grid) {
        if (grid.error().message.empty())
            std::abort();
        return;
    }
    if (grid->width < 1 || grid->height < 1 || grid->tokens() > rules.mostTokens)
        std::abort();
    const Image framed = letterbox(image, grid->width * rules.cell(), grid->height * rules.cell());
    const std::size_t patches = static_cast<std::size_t>(grid->tokens()) * 4;
    if (patchRows(framed, rules).size() != patches * 3 * 16 * 16 || patchPlaces(*grid, rules.merge).size() != 2 * patches)
        std::abort();
}

/// Sides up to this are resized; larger pictures are only checked, so that an input can't ask for more work than its size allows.
constexpr int kMostSide = 512;

} // namespace

/// A picture of arbitrary size and pixels, and a frame to fit it into: 4 bytes each of width and height, 2 of each side of the frame, then
/// pixels, repeated or cut to what the size asks when the first pixel byte is odd.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 13)
        return 0;
    Image image{number(data), number(data + 4), {data + 12, data + size}};
    const int frameWidth = 1 + (data[8] | data[9] << 8) % kMostSide;
    const int frameHeight = 1 + (data[10] | data[11] << 8) % kMostSide;
    if ((data[12] & 1U) != 0) { // a picture of the right length
        image.width = 1 + (image.width & 0x7FFFFFFF) % kMostSide;
        image.height = 1 + (image.height & 0x7FFFFFFF) % kMostSide;
        image.pixels.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3, data[size - 1]);
    }
    const auto checked = checkImage(image);
    if (!checked) {
        if (checked.error().message.empty())
            std::abort();
        return 0;
    }
    if (image.width > kMostSide || image.height > kMostSide)
        return 0;
    cutIntoPatches(image);
    const Image framed = frameImage(image, frameWidth, frameHeight);
    if (framed.width != frameWidth || framed.height != frameHeight ||
        framed.pixels.size() != static_cast<std::size_t>(frameWidth) * static_cast<std::size_t>(frameHeight) * 3)
        std::abort();
    for (const float value : normalisedPixels(framed)) {
        if (!(value >= -1.0F && value <= 1.0F))
            std::abort();
    }
    return 0;
}
