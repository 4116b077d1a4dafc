#pragma once

#include "engine/generate/chart_tokens.h"

#include <algorithm>
#include <span>
#include <string>

namespace conclave::engine
{

/// What may come next while a chart is written: a bit for each token.
class ChartMask
{
public:
    explicit ChartMask(std::size_t words) : m_words(words) {}

    std::span<const std::uint64_t> words() const { return m_words; }
    void clear() { std::fill(m_words.begin(), m_words.end(), 0); }
    void allow(TokenId token) { ChartTokens::set(m_words, token); }
    void allowEach(std::span<const TokenId> tokens);
    void forbid(TokenId token);
    void allowAll(std::span<const std::uint64_t> mask);

private:
    ChartTokens::Mask m_words;
};

/// What a token of a text stands for, with its spaces; empty for other tokens.
std::string textOf(const ChartTokens &tokens, TokenId token);

/// A text under way: whole characters, so many tokens at most.
class ChartText
{
public:
    void start();
    /// True if `token` is part of a text.
    bool step(const ChartTokens &tokens, TokenId token);
    /// Counts a token that stands between the text's pieces.
    void count() { ++m_length; }

    int length() const { return m_length; }
    bool isWhole() const { return m_character.empty(); }
    /// `prose`: without digits.
    void allow(const ChartTokens &tokens, int limit, bool prose, ChartMask &mask) const;

private:
    int m_length = 0;
    std::string m_character; ///< bytes of an unfinished UTF-8 character
};

/// A number under way: digits, optional leading minus, optional point with a digit behind it.
class ChartNumber
{
public:
    void start(bool positive = false);
    /// True if `token` is part of a number.
    bool step(const ChartTokens &tokens, TokenId token);

    bool isWhole() const { return m_part == Part::kWhole || m_part == Part::kFraction; }
    void allow(const ChartTokens &tokens, int limit, ChartMask &mask) const;

private:
    enum class Part
    {
        kStart,
        kSign,
        kWhole,
        kPoint,
        kFraction,
    };
    Part m_part = Part::kStart;
    int m_length = 0;
    bool m_positive = false; ///< no minus: the ticks of a logarithmic axis
};

} // namespace conclave::engine
