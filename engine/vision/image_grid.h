#pragma once

#include <string_view>

namespace conclave::engine
{

/// The tokens of a picture in a sequence: `height` rows of `width`, in reading order. Empty for pictures that take no place there.
struct ImageGrid
{
    int width = 0;  ///< nx
    int height = 0; ///< ny

    int tokens() const { return width * height; }
    bool operator==(const ImageGrid &) const = default;
};

/// How pictures stand in the prompts of a model.
struct ImageStyle
{
    std::string_view placeholder; ///< text of the token that stands for each row of a picture; empty: pictures take no place in a prompt
    std::string_view written;     ///< how a picture is written where no template says it; holds the placeholder once
    bool gridPositions = false;   ///< a picture's rows have positions of their own (M-RoPE), see Batch::gridPositions
};

} // namespace conclave::engine
