#pragma once

#include "engine/vision/ink_groups.h"

#include <vector>

namespace conclave::engine
{

inline constexpr std::size_t kLeastLabels = 3;
inline constexpr double kLeastTurned = 0.3; ///< radians from upright; a photo may be askew by less

/// Whether it is as high as letters are, not a line.
bool isOfLetters(const InkGroup &group);

/// y over x, along which tops lie.
struct TopLine
{
    double x = 0;
    double y = 0;
    double slope = 0;

    double at(double there) const { return y + slope * (there - x); }
};

/// Words that may be labels side by side: written alike, beginning on one line, at even distances.
struct LabelRow
{
    std::vector<const InkGroup *> members; ///< from the left; three at least
    TopLine line;
    double apart = 0; ///< pixels between columns; some may lie between members
};

/// Rows of words that do not stand upright, on every line that two of them suggest, those with most words first. `groups` outlive them.
std::vector<LabelRow> findLabelRows(const std::vector<InkGroup> &groups, const InkMask &mask);

/// Of the longer members, in the direction of reading: radians from the right, y down; -pi/2: upwards.
double angleOf(const LabelRow &row);
/// Of the text, across `angle`.
double heightOf(const LabelRow &row, const InkMask &mask, double angle);

/// `values` is not empty.
double median(std::vector<double> values);

} // namespace conclave::engine
