#pragma once

#include "engine/api/types.h"

#include <optional>
#include <vector>

namespace conclave::engine
{

/// A label that is not written upright. Pixels of the picture.
struct TurnedLabel
{
    double x = 0; ///< its middle
    double y = 0;
    double length = 0; ///< along its text
    double column = 0; ///< x of what it names
};

/// Labels side by side that are written at an angle, as below the columns of a chart that has no room for upright ones.
struct TurnedLabels
{
    double angle = 0;                ///< in which they are read: radians from the right, y down; -pi/2: upwards
    double height = 0;               ///< of the text, across it
    double top = 0;                  ///< y at which the highest begins
    double apart = 0;                ///< pixels between two columns
    std::vector<TurnedLabel> labels; ///< from the left
};

/// Three or more in the lower part of a picture, parallel, with their upper ends in line at even distances; nothing where there is a doubt.
/// Words that run straight up or down are taken to be read upwards, as most tools write them. `image` has passed checkImage.
std::optional<TurnedLabels> findTurnedLabels(const Image &image);

} // namespace conclave::engine
