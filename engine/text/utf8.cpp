#include "engine/text/utf8.h"

#include <algorithm>

namespace conclave::engine::utf8
{

namespace
{

struct Lead
{
    std::size_t size = 0;     ///< bytes of the character; 0: cannot start one
    unsigned char low = 0x80; ///< bounds of the second byte: they exclude overlong forms, surrogates and what lies above U+10FFFF
    unsigned char high = 0xBF;
};

Lead leadOf(unsigned char byte)
{
    if (byte < 0x80) {
        return {1, 0x80, 0xBF};
    }
    if (byte >= 0xC2 && byte <= 0xDF) {
        return {2, 0x80, 0xBF};
    }
    if (byte >= 0xE0 && byte <= 0xEF) {
        return {3, static_cast<unsigned char>(byte == 0xE0 ? 0xA0 : 0x80), static_cast<unsigned char>(byte == 0xED ? 0x9F : 0xBF)};
    }
    if (byte >= 0xF0 && byte <= 0xF4) {
        return {4, static_cast<unsigned char>(byte == 0xF0 ? 0x90 : 0x80), static_cast<unsigned char>(byte == 0xF4 ? 0x8F : 0xBF)};
    }
    return {};
}

} // namespace

Character first(std::string_view text)
{
    const Lead lead = leadOf(static_cast<unsigned char>(text[0]));
    if (lead.size <= 1) {
        return {lead.size == 1 ? Form::kWhole : Form::kInvalid, 1};
    }
    const std::size_t present = std::min(lead.size, text.size());
    for (std::size_t i = 1; i < present; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool fits = i == 1 ? byte >= lead.low && byte <= lead.high : byte >= 0x80 && byte <= 0xBF;
        if (!fits) {
            return {Form::kInvalid, i};
        }
    }
    return {present == lead.size ? Form::kWhole : Form::kPartial, present};
}

std::size_t validPrefix(std::string_view text)
{
    std::size_t at = 0;
    while (at < text.size()) {
        const Character next = first(text.substr(at));
        if (next.form != Form::kWhole) {
            break;
        }
        at += next.size;
    }
    return at;
}

void append(std::string &out, char32_t codePoint)
{
    const auto tail = [codePoint](int shift) { return static_cast<char>(0x80U | ((codePoint >> shift) & 0x3FU)); };
    if (codePoint < 0x80) {
        out += static_cast<char>(codePoint);
    } else if (codePoint < 0x800) {
        out += static_cast<char>(0xC0U | (codePoint >> 6));
        out += tail(0);
    } else if (codePoint < 0x10000) {
        out += static_cast<char>(0xE0U | (codePoint >> 12));
        out += tail(6);
        out += tail(0);
    } else {
        out += static_cast<char>(0xF0U | (codePoint >> 18));
        out += tail(12);
        out += tail(6);
        out += tail(0);
    }
}

char32_t decode(std::string_view character)
{
    const auto lead = static_cast<unsigned char>(character[0]);
    if (character.size() == 1) {
        return lead;
    }
    char32_t out = lead & (0xFFU >> (character.size() + 1));
    for (const char byte : character.substr(1)) {
        out = (out << 6) | (static_cast<unsigned char>(byte) & 0x3FU);
    }
    return out;
}

std::string replaceAll(std::string_view text, std::string_view from, std::string_view to)
{
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    for (std::size_t found = text.find(from); found != std::string_view::npos; found = text.find(from, at)) {
        out += text.substr(at, found - at);
        out += to;
        at = found + from.size();
    }
    out += text.substr(at);
    return out;
}

} // namespace conclave::engine::utf8
