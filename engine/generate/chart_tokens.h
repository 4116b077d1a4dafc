#pragma once

#include "engine/base/result.h"
#include "engine/text/tokenizer.h"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace conclave::engine
{

/// What a citation or an expression still needs behind its first token, piece by piece.
enum class ChartOperand : std::uint8_t
{
    kExpression,   ///< a whole one
    kCell,         ///< <pt>, a series and a row
    kCellSeries,   ///< a series with a value
    kCellRow,      ///< a row in which the series just named has a value
    kSeries,       ///< any series
    kFilledSeries, ///< one with a value
    kRow,          ///< any row
    kFilledRow,    ///< one with a value
    kCompare,      ///< <gt> or <lt>
    kLiteral,      ///< a number and <end>
};

/// What the table must hold for a citation to be of something.
enum class ChartCondition : std::uint8_t
{
    kNone,
    kValue, ///< a cell with a value
    kTitle, ///< a text in this field; the order of ChartTokens::fields
    kXLabel,
    kYLabel,
    kUnit,
};

/// A citation or the beginning of an expression.
struct ChartForm
{
    TokenId token = -1;
    ChartCondition condition = ChartCondition::kNone;
    std::vector<ChartOperand> operands; ///< in order
};

/// A kind of chart and what follows from it for the table.
struct ChartKind
{
    enum class Values : std::uint8_t
    {
        kUp,     ///< value axis along y
        kAcross, ///< along x
        kNone,   ///< no axis
    };
    TokenId token = -1;
    Values values = Values::kUp;
    bool severalAxes = false; ///< further series may stand under a further calibration
    bool placesRows = false;  ///< rows have a calibrated axis too, along x
    bool isChart = true;      ///< false: a picture of something else
};

/// Tokens of the chart format (training/MODEL.md) and the classes text is made of, looked up once. Immutable, shared by the grammars of all
/// answers. A vocabulary without <ask> is of the first format: four kinds, one axis, summaries alone.
struct ChartTokens
{
    using Mask = std::vector<std::uint64_t>; ///< as TokenConstraint::allowed
    static void set(Mask &mask, TokenId token)
    {
        mask[static_cast<std::size_t>(token) / 64] |= std::uint64_t{1} << (static_cast<std::size_t>(token) % 64);
    }

    /// kBadMetadata (naming the token) for a vocabulary that lacks one of the format's.
    static Result<std::shared_ptr<const ChartTokens>> prepare(const Tokenizer &tokenizer);

    static constexpr int kFields = 4;

    bool answers() const { return ask >= 0; } ///< questions too
    /// <lang:L>, or -1 for a language that the model does not write.
    TokenId language(std::string_view code) const;
    const ChartKind *kind(TokenId token) const;

    std::size_t words = 0;
    std::vector<ChartKind> kinds;
    std::array<TokenId, kFields> fields{}; ///< title, xlabel, ylabel, unit
    TokenId cal = -1, series = -1, row = -1, na = -1, end = -1, summary = -1, eos = -1;
    TokenId log = -1, ask = -1, answer = -1; ///< -1 in the first format
    TokenId point = -1;                      ///< <pt>
    TokenId minus = -1, dot = -1;
    std::array<TokenId, 2> compare{-1, -1};            ///< <gt>, <lt>
    TokenId difference = -1, ratio = -1, percent = -1; ///< <sub>, <div>, <pct>
    std::vector<TokenId> languages, sayings;           ///< <lang:..>; <say:..> that may be said of a chart, or without one
    std::vector<TokenId> smallTalk;                    ///< of the sayings those that need no chart
    std::vector<TokenId> xs, ys;                       ///< places
    std::vector<TokenId> citedSeries, citedRows;
    std::vector<ChartForm> citations;   ///< in prose
    std::vector<ChartForm> expressions; ///< those that name a value at once first
    Mask xMask, yMask;
    Mask digits;
    Mask text, textNoLead;   ///< between characters; NoLead: without bytes that begin a longer one
    Mask prose, proseNoLead; ///< the same without digits
    std::array<TokenId, 256> bytes{};
    std::vector<std::string> pieces; ///< bytes a text token stands for; empty for others
};

} // namespace conclave::engine
