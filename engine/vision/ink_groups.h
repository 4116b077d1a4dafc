#pragma once

#include "engine/vision/ink_mask.h"

#include <vector>

namespace conclave::engine
{

/// Ink that hangs together, a letter or a word: where it lies and how it is stretched.
struct InkGroup
{
    double angle = 0;  ///< of its longer axis to the right, radians, y down, over -pi/2 to pi/2
    double length = 0; ///< along that axis
    double breadth = 0;
    double topX = 0; ///< where its uppermost ink lies
    double topY = 0;
    std::vector<int> points; ///< y * width + x
};

/// Groups of at least `least` pixels; what is at most 2 * `reach` pixels apart hangs together.
std::vector<InkGroup> inkGroups(const InkMask &mask, int reach, int least);

/// The least and the most of its points' places along `angle`, measured from the picture's corner.
struct InkSpan
{
    double low = 0;
    double high = 0;
};
InkSpan spanOf(const InkGroup &group, int width, double angle);

} // namespace conclave::engine
