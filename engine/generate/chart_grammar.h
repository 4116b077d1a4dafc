#pragma once

#include "engine/generate/token_constraint.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace conclave::engine
{

/// Bounds of what may be written. Series and rows are also bounded by the <s:i> and <r:j> tokens of the vocabulary.
struct ChartLimits
{
    int series = 12;
    int rows = 60;
    int textTokens = 24;     ///< of a title, label, name
    int numberTokens = 16;   ///< sign and point included
    int summaryTokens = 320; ///< text and citations; a citation is finished past it
};

struct ChartTokens;

/// Lets the built-in model write nothing but a well-formed chart (training/MODEL.md, "What the model writes"), from the token behind <bos>
/// to <eos>: fields in order, text of bounded length and of whole characters, numbers with a digit, a place and a value or <na> for each
/// series of each row, citations only of series and rows that exist and of cells that hold a value, no digits in the summary.
class ChartGrammar final : public TokenConstraint
{
public:
    /// `tokens` from ChartTokens::prepare.
    explicit ChartGrammar(std::shared_ptr<const ChartTokens> tokens, ChartLimits limits = {});

    std::span<const std::uint64_t> allowed() const override { return m_mask; }
    bool accept(TokenId token) override;
    bool finished() const override { return m_state == State::kDone; }

private:
    enum class State
    {
        kChart,      ///< <chart:T>
        kTitle,      ///< <title>
        kField,      ///< text of a field, then the next field's tag or <cal>
        kTick,       ///< place of the first tick; <series> for pie
        kTickNumber, ///< number of a tick, then the next place or <series>
        kSeries,     ///< text, then <series> or <row>
        kRow,        ///< text, then the first cell
        kCell,       ///< after a missing cell: <x:i> or <na>; after the last cell <row> or <end>
        kCellY,      ///< <y:i>
        kCellNumber,
        kSummaryTag,
        kSummary, ///< prose, citations, <eos>
        kCitedSeries,
        kCitedRow,
        kDone,
    };
    /// How far a number has come.
    enum class Number
    {
        kStart,
        kSign,
        kWhole,
        kPoint,
        kFraction,
    };

    void step(TokenId token);
    bool stepText(TokenId token);
    bool stepNumber(TokenId token);
    void stepChart(TokenId token);
    void stepField(TokenId token);
    void stepTick(TokenId token);
    void stepSeries(TokenId token);
    void stepCell(TokenId token);
    void stepSummary(TokenId token);
    void stepCitedSeries(TokenId token);
    void startText(State state);
    void startNumber(State state);

    void refresh();
    void allow(TokenId token);
    void allowAll(std::span<const std::uint64_t> mask);
    void allowText(int limit, bool prose);
    void allowNumber();
    void allowAfterTickNumber();
    void allowAfterCell();
    void allowSummary();
    void allowCitedSeries();

    void allowCitedRows();

    bool textIsWhole() const { return m_character.empty(); }
    bool numberIsWhole() const { return m_number == Number::kWhole || m_number == Number::kFraction; }
    bool hasValues(int series) const { return m_present[static_cast<std::size_t>(series)] != 0; }

    std::shared_ptr<const ChartTokens> m_tokens;
    ChartLimits m_limits;
    std::vector<std::uint64_t> m_mask;

    State m_state = State::kChart;
    bool m_horizontal = false; ///< hbar: values lie along x
    bool m_pie = false;
    int m_field = 0;      ///< 0 title to 3 unit
    int m_ticks = 0;      ///< begun
    int m_tickPlace = -1; ///< token of the first tick's place
    int m_series = 0;
    int m_rows = 0;
    int m_cell = 0; ///< series whose cell is being written
    TokenId m_citation = -1;
    int m_citedSeries = -1;
    std::vector<std::uint64_t> m_present; ///< for each series a bit for each row that has a value

    int m_textLength = 0;    ///< tokens of the current text, number or summary
    std::string m_character; ///< bytes of an unfinished UTF-8 character
    Number m_number = Number::kStart;
};

} // namespace conclave::engine
