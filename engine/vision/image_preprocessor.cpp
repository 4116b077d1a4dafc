#include "engine/vision/image_preprocessor.h"

#include <algorithm>
#include <cmath>

namespace conclave::engine
{
namespace
{

/// What one output pixel is made of: inputs first .. first + weights.size() - 1.
struct Taps
{
    int first = 0;
    std::vector<float> weights; ///< sum 1
};

/// Triangle filter for each of `to` output positions over `from` inputs.
std::vector<Taps> triangleTaps(int from, int to)
{
    const double step = static_cast<double>(from) / to;
    const double support = std::max(1.0, step);
    std::vector<Taps> taps(static_cast<std::size_t>(to));
    for (int i = 0; i < to; ++i) {
        const double centre = (i + 0.5) * step;
        const int first = std::max(0, static_cast<int>(std::floor(centre - support)));
        const int last = std::min(from - 1, static_cast<int>(std::ceil(centre + support)));
        std::vector<double> weights;
        double sum = 0;
        for (int j = first; j <= last; ++j) {
            weights.push_back(std::max(0.0, 1.0 - std::abs(j + 0.5 - centre) / support));
            sum += weights.back();
        }
        Taps &tap = taps[static_cast<std::size_t>(i)];
        tap.first = first;
        for (const double weight : weights)
            tap.weights.push_back(static_cast<float>(weight / sum));
    }
    return taps;
}

std::uint8_t rounded(float value)
{
    return static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F));
}

Image blank(int width, int height)
{
    return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, 255)};
}

Image resizeRows(const Image &image, int width)
{
    const std::vector<Taps> taps = triangleTaps(image.width, width);
    Image out = blank(width, image.height);
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < width; ++x) {
            const Taps &tap = taps[static_cast<std::size_t>(x)];
            const std::uint8_t *in = image.pixels.data() + pixelOffset(image, tap.first, y);
            float sum[3] = {};
            for (std::size_t j = 0; j < tap.weights.size(); ++j) {
                for (std::size_t c = 0; c < 3; ++c)
                    sum[c] += tap.weights[j] * in[3 * j + c];
            }
            for (std::size_t c = 0; c < 3; ++c)
                out.pixels[pixelOffset(out, x, y) + c] = rounded(sum[c]);
        }
    }
    return out;
}

Image resizeColumns(const Image &image, int height)
{
    const std::vector<Taps> taps = triangleTaps(image.height, height);
    Image out = blank(image.width, height);
    const std::size_t row = static_cast<std::size_t>(image.width) * 3;
    std::vector<float> sum(row);
    for (int y = 0; y < height; ++y) {
        const Taps &tap = taps[static_cast<std::size_t>(y)];
        std::fill(sum.begin(), sum.end(), 0.0F);
        for (std::size_t j = 0; j < tap.weights.size(); ++j) {
            const std::uint8_t *in = image.pixels.data() + pixelOffset(image, 0, tap.first + static_cast<int>(j));
            for (std::size_t i = 0; i < row; ++i)
                sum[i] += tap.weights[j] * in[i];
        }
        std::transform(sum.begin(), sum.end(), out.pixels.begin() + static_cast<std::ptrdiff_t>(pixelOffset(out, 0, y)), rounded);
    }
    return out;
}

Error badImage(const std::string &why)
{
    return {ErrorCode::kBadImage, "The picture cannot be read: " + why + ". Attach another one.", why};
}

} // namespace

Result<Done> checkImage(const Image &image)
{
    if (image.width <= 0 || image.height <= 0)
        return badImage("it is empty");
    const std::string size = std::to_string(image.width) + " x " + std::to_string(image.height) + " pixels";
    const long long pixels = static_cast<long long>(image.width) * image.height;
    if (image.width > kMostImageSide || image.height > kMostImageSide || pixels > kMostImagePixels)
        return badImage("its size of " + size + " is too large");
    if (image.pixels.size() != static_cast<std::size_t>(pixels) * 3)
        return badImage("its data does not fit its size of " + size);
    return Done{};
}

FittedSize fitInto(int width, int height, int frameWidth, int frameHeight)
{
    FittedSize fitted;
    fitted.scale = std::min(static_cast<double>(frameWidth) / width, static_cast<double>(frameHeight) / height);
    const auto side = [&](int from, int most) { return std::clamp(static_cast<int>(std::floor(from * fitted.scale + 0.5)), 1, most); };
    fitted.width = side(width, frameWidth);
    fitted.height = side(height, frameHeight);
    return fitted;
}

Image resize(const Image &image, int width, int height)
{
    const Image narrowed = width == image.width ? image : resizeRows(image, width);
    return height == image.height ? narrowed : resizeColumns(narrowed, height);
}

Image frameImage(const Image &image, int frameWidth, int frameHeight)
{
    const FittedSize fitted = fitInto(image.width, image.height, frameWidth, frameHeight);
    const Image scaled = resize(image, fitted.width, fitted.height);
    Image frame = blank(frameWidth, frameHeight);
    for (int y = 0; y < scaled.height; ++y)
        std::copy_n(scaled.pixels.begin() + static_cast<std::ptrdiff_t>(pixelOffset(scaled, 0, y)), scaled.width * 3,
                    frame.pixels.begin() + static_cast<std::ptrdiff_t>(pixelOffset(frame, 0, y)));
    return frame;
}

std::vector<float> normalisedPixels(const Image &image)
{
    std::vector<float> values(image.pixels.size());
    std::transform(image.pixels.begin(), image.pixels.end(), values.begin(),
                   [](std::uint8_t v) { return static_cast<float>(v) / 127.5F - 1.0F; });
    return values;
}

} // namespace conclave::engine
