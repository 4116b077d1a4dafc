#pragma once

#include "engine/base/result.h"
#include "engine/cache/image_memory.h"
#include "engine/model/ops.h"
#include "engine/vision/image_grid.h"

#include <memory>
#include <stop_token>

namespace conclave::engine
{

struct Image;

/// Turns pictures into rows of a language model's sequence. Engine thread only.
class VisionTower
{
public:
    virtual ~VisionTower() = default;

    virtual ImageStyle style() const = 0;
    virtual int width() const = 0;  ///< d of the language model
    virtual int levels() const = 0; ///< rows of each token: 1, and one for each DeepStack level
    /// The tokens that a picture of this size takes; its pixels are not looked at. kBadImage.
    virtual Result<ImageGrid> grid(const Image &image) const = 0;
    /// Looks at `stop` before each block: kCancelled. kBadImage, kOutOfMemory, kDeviceFailure.
    virtual Result<std::shared_ptr<const ImageMemory>> encode(Ops &ops, const Image &image, std::stop_token stop) = 0;
    /// Memory that it takes from the first picture on.
    virtual std::uint64_t workBytes() const = 0;
};

} // namespace conclave::engine
