#include "engine/vision/patch_grid.h"

#include "engine/vision/image_preprocessor.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{
namespace
{

Error badSize(int width, int height, const std::string &why)
{
    const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
    return {ErrorCode::kBadImage, "The picture cannot be read: its size of " + size + " " + why + ". Attach another one, or a part of it.",
            size};
}

/// Where an output lies between two inputs: corners aligned.
struct Between
{
    std::size_t low = 0;
    std::size_t high = 0;
    float part = 0; ///< of the way from low to high
};

Between between(int index, int from, int to)
{
    const float at = to > 1 ? static_cast<float>(index) * (static_cast<float>(from - 1) / static_cast<float>(to - 1)) : 0.0F;
    const int low = std::min(static_cast<int>(at), from - 1);
    return {static_cast<std::size_t>(low), static_cast<std::size_t>(std::min(low + 1, from - 1)), at - static_cast<float>(low)};
}

std::vector<Between> betweens(int from, int to)
{
    std::vector<Between> all;
    all.reserve(static_cast<std::size_t>(to));
    for (int i = 0; i < to; ++i)
        all.push_back(between(i, from, to));
    return all;
}

float mix(float low, float high, float part)
{
    return low + (high - low) * part;
}

std::size_t pixelAt(const Image &image, std::size_t x, std::size_t y)
{
    return (y * static_cast<std::size_t>(image.width) + x) * 3;
}

Image blackFrame(int width, int height)
{
    return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3)};
}

int ceilingOf(long long numerator, long long denominator)
{
    return static_cast<int>((numerator + denominator - 1) / denominator);
}

} // namespace

Result<ImageGrid> tokenGrid(int width, int height, const PatchRules &rules)
{
    if (width <= 0 || height <= 0)
        return badSize(width, height, "is empty");
    if (width > kMostImageSide || height > kMostImageSide || static_cast<long long>(width) * height > kMostImagePixels)
        return badSize(width, height, "is too large");
    if (std::max(width, height) > kMostAspectRatio * std::min(width, height))
        return badSize(width, height, "is too long and narrow");
    const double cell = rules.cell();
    const double area = static_cast<double>(width) * height;
    double columns = std::max(1.0, std::round(width / cell));
    double rows = std::max(1.0, std::round(height / cell));
    if (columns * rows > rules.mostTokens) {
        const double shrink = std::sqrt(area / (rules.mostTokens * cell * cell));
        columns = std::max(1.0, std::floor(width / shrink / cell));
        rows = std::max(1.0, std::floor(height / shrink / cell));
    } else if (columns * rows < rules.leastTokens) {
        const double enlarge = std::sqrt(rules.leastTokens * cell * cell / area);
        columns = std::ceil(width * enlarge / cell);
        rows = std::ceil(height * enlarge / cell);
    }
    if (columns * rows > rules.mostTokens)
        return badSize(width, height, "is too long and narrow for a picture of " + std::to_string(rules.mostTokens) + " tokens");
    return ImageGrid{static_cast<int>(columns), static_cast<int>(rows)};
}

Image resizeAligned(const Image &image, int width, int height)
{
    const std::vector<Between> columns = betweens(image.width, width);
    Image out = blackFrame(width, height);
    std::uint8_t *to = out.pixels.data();
    for (int y = 0; y < height; ++y) {
        const Between row = between(y, image.height, height);
        const std::uint8_t *top = image.pixels.data() + pixelAt(image, 0, row.low);
        const std::uint8_t *bottom = image.pixels.data() + pixelAt(image, 0, row.high);
        for (const Between &column : columns) {
            for (std::size_t c = 0; c < 3; ++c) {
                const std::size_t low = column.low * 3 + c;
                const std::size_t high = column.high * 3 + c;
                const float upper = mix(top[low], top[high], column.part);
                const float lower = mix(bottom[low], bottom[high], column.part);
                *to++ = static_cast<std::uint8_t>(std::clamp(mix(upper, lower, row.part), 0.0F, 255.0F));
            }
        }
    }
    return out;
}

Image letterbox(const Image &image, int width, int height)
{
    if (image.width == width && image.height == height)
        return image;
    // The side that reaches the frame first decides; the other is rounded up.
    const bool wide = static_cast<long long>(width) * image.height <= static_cast<long long>(height) * image.width;
    const int innerWidth = wide ? width : std::min(width, ceilingOf(static_cast<long long>(image.width) * height, image.height));
    const int innerHeight = wide ? std::min(height, ceilingOf(static_cast<long long>(image.height) * width, image.width)) : height;
    const bool smaller = innerWidth < image.width || innerHeight < image.height;
    const Image scaled = smaller ? resize(image, innerWidth, innerHeight) : resizeAligned(image, innerWidth, innerHeight);
    Image frame = blackFrame(width, height);
    const auto left = static_cast<std::size_t>((width - innerWidth) / 2);
    const auto top = static_cast<std::size_t>((height - innerHeight) / 2);
    for (std::size_t y = 0; y < static_cast<std::size_t>(innerHeight); ++y)
        std::copy_n(scaled.pixels.begin() + static_cast<std::ptrdiff_t>(pixelAt(scaled, 0, y)), innerWidth * 3,
                    frame.pixels.begin() + static_cast<std::ptrdiff_t>(pixelAt(frame, left, top + y)));
    return frame;
}

std::vector<std::int32_t> patchPlaces(const ImageGrid &grid, int merge)
{
    const auto patches = static_cast<std::size_t>(grid.tokens()) * static_cast<std::size_t>(merge) * static_cast<std::size_t>(merge);
    std::vector<std::int32_t> places(2 * patches);
    std::size_t at = 0;
    for (int row = 0; row < grid.height; ++row) {
        for (int column = 0; column < grid.width; ++column) {
            for (int within = 0; within < merge * merge; ++within, ++at) {
                places[at] = row * merge + within / merge;
                places[patches + at] = column * merge + within % merge;
            }
        }
    }
    return places;
}

std::vector<float> patchRows(const Image &framed, const PatchRules &rules)
{
    const ImageGrid grid{framed.width / rules.cell(), framed.height / rules.cell()};
    const std::vector<std::int32_t> places = patchPlaces(grid, rules.merge);
    const std::size_t patches = places.size() / 2;
    const auto side = static_cast<std::size_t>(rules.patch);
    std::vector<float> rows;
    rows.reserve(patches * 3 * side * side);
    for (std::size_t i = 0; i < patches; ++i) {
        const std::size_t top = static_cast<std::size_t>(places[i]) * side;
        const std::size_t left = static_cast<std::size_t>(places[patches + i]) * side;
        for (std::size_t c = 0; c < 3; ++c) {
            for (std::size_t y = 0; y < side; ++y) {
                const std::uint8_t *in = framed.pixels.data() + pixelAt(framed, left, top + y) + c;
                for (std::size_t x = 0; x < side; ++x)
                    rows.push_back((static_cast<float>(in[3 * x]) / 255.0F - rules.mean[c]) / rules.deviation[c]);
            }
        }
    }
    return rows;
}

std::vector<float> resampledPositions(std::span<const float> table, int side, int width, const ImageGrid &grid, int merge)
{
    const std::vector<std::int32_t> places = patchPlaces(grid, merge);
    const std::size_t patches = places.size() / 2;
    const auto d = static_cast<std::size_t>(width);
    const std::vector<Between> rows = betweens(side, grid.height * merge);
    const std::vector<Between> columns = betweens(side, grid.width * merge);
    std::vector<float> out;
    out.reserve(patches * d);
    for (std::size_t i = 0; i < patches; ++i) {
        const Between &row = rows[static_cast<std::size_t>(places[i])];
        const Between &column = columns[static_cast<std::size_t>(places[patches + i])];
        const auto entry = [&](std::size_t y, std::size_t x) { return table.data() + (y * static_cast<std::size_t>(side) + x) * d; };
        const float *corners[4] = {entry(row.low, column.low), entry(row.low, column.high), entry(row.high, column.low),
                                   entry(row.high, column.high)};
        for (std::size_t j = 0; j < d; ++j)
            out.push_back(mix(mix(corners[0][j], corners[1][j], column.part), mix(corners[2][j], corners[3][j], column.part), row.part));
    }
    return out;
}

} // namespace conclave::engine
