#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// UTF-8 as the standard defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
namespace conclave::engine::utf8
{

/// U+2581, which stands for a space in SentencePiece vocabularies and in our own.
inline constexpr std::string_view kSpaceMark = "\xE2\x96\x81";
/// U+FFFD
inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

enum class Form
{
    kWhole,   ///< a valid character
    kPartial, ///< the beginning of one, cut off by the end of the text
    kInvalid, ///< bytes that can never become one
};

struct Character
{
    Form form = Form::kInvalid;
    std::size_t size = 1; ///< bytes it takes; of an invalid one, those to skip (or to replace by one U+FFFD) together
};

/// The character at the start of `text`, which must not be empty.
Character first(std::string_view text);

/// Bytes from the start of `text` that are valid UTF-8.
std::size_t validPrefix(std::string_view text);

/// `codePoint` must be valid.
void append(std::string &out, char32_t codePoint);

/// Code point of a valid character.
char32_t decode(std::string_view character);

/// `text` with every `from` replaced by `to`; `from` must not be empty.
std::string replaceAll(std::string_view text, std::string_view from, std::string_view to);

} // namespace conclave::engine::utf8
