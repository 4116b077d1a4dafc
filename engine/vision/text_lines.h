#pragma once

#include "engine/vision/ink_groups.h"

namespace conclave::engine
{

/// Where a line of text ends, in the middle of its height.
struct TextEnd
{
    double x = 0;
    double y = 0;
};

/// Ink that goes on along a line of text.
struct TextRun
{
    double x = 0; ///< its middle
    double y = 0;
    double length = 0; ///< 0: there is none
};

/// Reads a mask along lines of text at an angle, downwards from their upper ends.
class TextLines
{
public:
    /// `mask` outlives it; `angle` of reading: radians from the right, y down; `height` of the text.
    TextLines(const InkMask &mask, double angle, double height);

    TextEnd upperEnd(const InkGroup &group) const;
    /// What begins at `end`, but for an axis's tick, as far as there is no gap wider than one between words.
    TextRun run(const TextEnd &end) const;
    /// Pixels of ink over `length` from `end`.
    int inkAlong(const TextEnd &end, double length) const;

private:
    int inkAt(const TextEnd &end, double down) const;
    double behindTick(const TextEnd &end) const;

    const InkMask &m_mask;
    double m_angle;
    double m_height;
    double m_c;
    double m_s;
    double m_down; ///< 1: read from the upper end on, -1: towards it
};

} // namespace conclave::engine
