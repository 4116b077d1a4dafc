#include "engine/generate/question_order.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace conclave::engine
{
namespace
{

using Words = std::vector<std::string_view>;

constexpr std::size_t kNear = 3; ///< words before a name that may belong to it: "from the year 2001"

constexpr std::string_view kFrom[] = {"from", "since", "between", "von", "vom", "seit", "zwischen"};
constexpr std::string_view kTo[] = {"to", "until", "till", "and", "bis", "auf", "zu", "zum", "zur", "nach", "und"};
constexpr std::string_view kThan[] = {"than", "as", "als", "wie"};
constexpr std::string_view kLower[] = {"less",    "lower",     "fewer",   "smaller",  "below",  "under",
                                       "weniger", "niedriger", "kleiner", "geringer", "tiefer", "unter"};
constexpr std::string_view kFits[] = {"into", "passt"};

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80U;
}

Words wordsOf(std::string_view text)
{
    Words out;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), isLetter);
        const auto end = std::find_if_not(begin, text.end(), isLetter);
        if (begin != end)
            out.emplace_back(begin, end);
        at = static_cast<std::size_t>(end - text.begin());
    }
    return out;
}

bool hasOne(std::span<const std::string_view> words, std::span<const std::string_view> of)
{
    return std::any_of(words.begin(), words.end(),
                       [of](std::string_view word) { return std::find(of.begin(), of.end(), word) != of.end(); });
}

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// Chinese, which has no words between spaces: "多少" (how much) is made of "more" and "less", but is neither.
bool saysLowerInChinese(std::string_view text)
{
    constexpr std::string_view kFewer = "少", kHowMuch = "多少";
    for (std::size_t at = text.find(kFewer); at != std::string_view::npos; at = text.find(kFewer, at + kFewer.size())) {
        const std::size_t much = kHowMuch.size() - kFewer.size();
        if (at < much || text.substr(at - much, kHowMuch.size()) != kHowMuch)
            return true;
    }
    return contains(text, "低") || contains(text, "小于");
}

bool saysLower(const PartedQuestion &question)
{
    const std::array<std::string_view, 3> parts = {question.before, question.between, question.behind};
    return std::any_of(parts.begin(), parts.end(),
                       [](std::string_view part) { return hasOne(wordsOf(part), kLower) || saysLowerInChinese(part); });
}

/// "from A to B".
bool isMovement(const PartedQuestion &question, std::span<const std::string_view> from)
{
    if (contains(question.between, "到") || contains(question.between, "至"))
        return true;
    const Words before = wordsOf(question.before), between = wordsOf(question.between);
    const std::span<const std::string_view> near = std::span(before).last(std::min(kNear, before.size()));
    return hasOne(near, from) && hasOne(between, kTo) && !hasOne(between, kThan);
}

/// "how many times A is B", "how many times does A go into B", "from A to B".
bool isTurnedRatio(const PartedQuestion &question)
{
    const Words before = wordsOf(question.before);
    if (!before.empty() && before.back() == "times")
        return true;
    if (hasOne(before, kFits) || hasOne(wordsOf(question.between), kFits))
        return true;
    return isMovement(question, std::span(kFrom).first(1)); // "Verhältnis von A zu B" is none
}

} // namespace

bool isTurned(OrderedOperation operation, const PartedQuestion &question)
{
    switch (operation) {
    case OrderedOperation::kNone:
        return false;
    case OrderedOperation::kGreater:
        return saysLower(question);
    case OrderedOperation::kLess:
        return !saysLower(question);
    case OrderedOperation::kDifference:
        return isMovement(question, kFrom) || saysLower(question);
    case OrderedOperation::kRatio:
        return isTurnedRatio(question);
    case OrderedOperation::kPercent:
        return isMovement(question, kFrom);
    }
    return false;
}

} // namespace conclave::engine
