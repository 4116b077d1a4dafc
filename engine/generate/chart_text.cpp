#include "engine/generate/chart_text.h"

#include "engine/generate/token_constraint.h"
#include "engine/text/utf8.h"

namespace conclave::engine
{

namespace
{

/// Byte tokens a character may still take after its first.
constexpr int kLongestRest = 3;

} // namespace

void ChartMask::allowEach(std::span<const TokenId> tokens)
{
    for (const TokenId token : tokens) {
        allow(token);
    }
}

void ChartMask::forbid(TokenId token)
{
    m_words[static_cast<std::size_t>(token) / 64] &= ~(std::uint64_t{1} << (static_cast<std::size_t>(token) % 64));
}

void ChartMask::allowAll(std::span<const std::uint64_t> mask)
{
    for (std::size_t i = 0; i < m_words.size(); ++i) {
        m_words[i] |= mask[i];
    }
}

std::string textOf(const ChartTokens &tokens, TokenId token)
{
    return utf8::replaceAll(tokens.pieces[static_cast<std::size_t>(token)], utf8::kSpaceMark, " ");
}

void ChartText::start()
{
    m_length = 0;
    m_character.clear();
}

bool ChartText::step(const ChartTokens &tokens, TokenId token)
{
    const std::string &piece = tokens.pieces[static_cast<std::size_t>(token)];
    if (piece.empty()) {
        return false;
    }
    ++m_length;
    if (piece.size() == 1) {
        m_character += piece;
        if (utf8::first(m_character).form == utf8::Form::kWhole) {
            m_character.clear();
        }
    }
    return true;
}

void ChartText::allow(const ChartTokens &tokens, int limit, bool prose, ChartMask &mask) const
{
    if (!m_character.empty()) { // only bytes that can go on the character
        for (int byte = 0x80; byte <= 0xBF; ++byte) {
            const TokenId token = tokens.bytes[static_cast<std::size_t>(byte)];
            const bool fits = utf8::first(m_character + static_cast<char>(byte)).form != utf8::Form::kInvalid;
            if (token >= 0 && fits) {
                mask.allow(token);
            }
        }
        return;
    }
    if (m_length + kLongestRest < limit) {
        mask.allowAll(prose ? tokens.prose : tokens.text);
    } else if (m_length < limit) {
        mask.allowAll(prose ? tokens.proseNoLead : tokens.textNoLead);
    }
}

void ChartNumber::start(bool positive)
{
    m_part = Part::kStart;
    m_length = 0;
    m_positive = positive;
}

bool ChartNumber::step(const ChartTokens &tokens, TokenId token)
{
    if (token == tokens.minus) {
        m_part = Part::kSign;
    } else if (token == tokens.dot) {
        m_part = Part::kPoint;
    } else if (isAllowed(tokens.digits, token)) {
        m_part = m_part == Part::kPoint || m_part == Part::kFraction ? Part::kFraction : Part::kWhole;
    } else {
        return false;
    }
    ++m_length;
    return true;
}

void ChartNumber::allow(const ChartTokens &tokens, int limit, ChartMask &mask) const
{
    const int left = limit - m_length;
    if (left > 0 || !isWhole()) {
        mask.allowAll(tokens.digits);
    }
    if (m_part == Part::kStart && !m_positive) {
        mask.allow(tokens.minus);
    }
    if (m_part == Part::kWhole && left > 1) { // room for the point and a digit
        mask.allow(tokens.dot);
    }
}

} // namespace conclave::engine
