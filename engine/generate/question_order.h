#pragma once

#include <cstdint>
#include <string_view>

namespace conclave::engine
{

/// What a question about two things may ask for where it matters which comes first (training/MODEL.md, "Answers").
enum class OrderedOperation : std::uint8_t
{
    kNone,
    kGreater,    ///< <gt>: whether the first is above the second
    kLess,       ///< <lt>
    kDifference, ///< <sub>: the first less the second
    kRatio,      ///< <div>: the first by the second
    kPercent,    ///< <pct>: how much the first is above the second
};

/// A question in lower case, taken apart at the two things that it names.
struct PartedQuestion
{
    std::string_view before;
    std::string_view between;
    std::string_view behind;
};

/// Whether `operation` takes what the question names second as its first operand. "A divided by B" and "is A higher than B" take A. A
/// change is what it came to less what it was: "from A to B" takes B, and so do "how many times A is B" and "by how much is A lower than
/// B". English, German and Chinese.
bool isTurned(OrderedOperation operation, const PartedQuestion &question);

} // namespace conclave::engine
