#pragma once

#include "engine/vision/turned_labels.h"

namespace conclave::engine
{

/// `image` with `labels` written upright below their columns, in several lines where they are wider than their columns are apart. Nothing
/// else moves, so places of marks stay what they are. `image` has passed checkImage.
Image withStraightLabels(const Image &image, const TurnedLabels &labels);
/// The same with what is found there; nothing where no label is turned. A chart reader reads upright labels far
/// better than turned ones (training/FINDINGS.md).
std::optional<Image> withStraightLabels(const Image &image);

} // namespace conclave::engine
