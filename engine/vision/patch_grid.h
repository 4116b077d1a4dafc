#pragma once

#include "engine/api/types.h"
#include "engine/base/result.h"
#include "engine/vision/image_grid.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

/// From any picture to what a vision tower of dynamic resolution reads (Qwen3-VL): patches in merge order, their places, their learned
/// positions. Pure functions; nothing here is larger than the limits that the caller gives.
namespace conclave::engine
{

struct PatchRules
{
    int patch = 16;                     ///< pixels of a patch, each way
    int merge = 2;                      ///< patches that become one token, each way
    int leastTokens = 8;                ///< smaller pictures are enlarged
    int mostTokens = 1024;              ///< larger ones are made smaller
    float mean[3] = {0.5F, 0.5F, 0.5F}; ///< of red, green, blue, from 0 to 1
    float deviation[3] = {0.5F, 0.5F, 0.5F};

    int cell() const { return patch * merge; } ///< pixels of a token, each way
};

/// The longest side of a picture may be this many times the shortest.
inline constexpr int kMostAspectRatio = 200;

/// Tokens of a picture of `width` x `height` pixels: its sides rounded to whole tokens, then scaled to keep within leastTokens and
/// mostTokens ("smart resize" of Qwen2-VL). kBadImage: an impossible size, or a picture so long and narrow that none fits.
Result<ImageGrid> tokenGrid(int width, int height, const PatchRules &rules);

/// Scales by linear interpolation with the corners' centres aligned and cuts off fractions, as the reference engine enlarges.
Image resizeAligned(const Image &image, int width, int height);

/// The picture scaled into a frame without changing its shape, in the middle, black around it. Enlarging interpolates linearly;
/// making smaller averages over what falls together (`resize`), so that thin letters stay.
Image letterbox(const Image &image, int width, int height);

/// Patches of the framed picture [N, 3 * patch * patch] in merge order; a patch as (colour, row, column) of (v / 255 - mean) / deviation.
/// `framed` measures whole tokens each way.
std::vector<float> patchRows(const Image &framed, const PatchRules &rules);

/// Row, then column of each patch in merge order, [2, N]: the patches of a token follow one another, tokens in reading order.
std::vector<std::int32_t> patchPlaces(const ImageGrid &grid, int merge);

/// A learned table [side, side, width] of positions, interpolated linearly (corners aligned) at each patch: [N, width], merge order.
std::vector<float> resampledPositions(std::span<const float> table, int side, int width, const ImageGrid &grid, int merge);

} // namespace conclave::engine
