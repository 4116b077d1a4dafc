#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace conclave::engine
{

/// Where the first mark in a text is, or may be once the text goes on.
struct MarkPlace
{
    std::size_t at = 0; ///< before it, nothing belongs to a mark
    int mark = -1;      ///< index; -1: none yet, what is from `at` on may be the beginning of one
};

/// The longest mark at the earliest place. Empty marks are never found.
MarkPlace findMark(std::string_view text, std::span<const std::string> marks);

} // namespace conclave::engine
