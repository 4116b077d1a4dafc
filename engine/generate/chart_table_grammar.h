#pragma once

#include "engine/generate/chart_contents.h"
#include "engine/generate/chart_text.h"

namespace conclave::engine
{

/// Bounds of what may be written. Series and rows are also bounded by the <s:i> and <r:j> tokens of the vocabulary.
struct ChartLimits
{
    int series = 12;
    int rows = 64;
    int textTokens = 64;       ///< of a title, label, name
    int numberTokens = 16;     ///< sign and point included
    int summaryTokens = 320;   ///< text and citations; a citation is finished past it
    int expressionTokens = 48; ///< an expression is finished with plain values past it
};

/// The table of a chart, from <chart:T> to <end>.
class ChartTableGrammar
{
public:
    /// `tokens` outlive it.
    ChartTableGrammar(const ChartTokens &tokens, const ChartLimits &limits);

    void step(TokenId token);
    void allow(ChartMask &mask) const;

    bool finished() const { return m_state == State::kDone; }
    bool isChart() const { return m_kind != nullptr && m_kind->isChart; }
    const ChartContents &contents() const { return m_contents; }

private:
    enum class State
    {
        kKind,       ///< <chart:T>
        kTitle,      ///< <title>
        kField,      ///< text of a field, then the next field's tag or <cal>
        kCal,        ///< behind <cal>: <log>, the place of the first tick, or nothing
        kTick,       ///< place of the first tick
        kTickNumber, ///< number of a tick, then the next place or what follows the axis
        kSeries,     ///< text, then <series>, <row> or a further axis
        kRow,        ///< text, then the first cell
        kCell,       ///< after a missing cell: <x:i> or <na>; after the last cell <row> or <end>
        kCellY,      ///< <y:i>
        kCellNumber,
        kEnd, ///< <end> of a picture of something else
        kDone,
    };

    void stepKind(TokenId token);
    void stepField(TokenId token);
    void stepAxis(TokenId token);
    void stepSeries(TokenId token);
    void stepCell(TokenId token);
    void startText(State state);
    void startAxis();
    void startSeries();

    void allowField(ChartMask &mask) const;
    void allowCal(ChartMask &mask) const;
    void allowPlaces(ChartMask &mask) const;
    void allowAfterTick(ChartMask &mask) const;
    void allowAfterAxis(ChartMask &mask) const;
    void allowAfterSeries(ChartMask &mask) const;
    void allowAfterCell(ChartMask &mask) const;

    bool isOwnField() const { return m_contents.series() > 0; } ///< of a further axis

    const ChartTokens &m_tokens;
    ChartLimits m_limits;
    ChartContents m_contents;

    State m_state = State::kKind;
    const ChartKind *m_kind = nullptr;
    int m_field = 0;      ///< 0 title to 3 unit
    int m_axes = 0;       ///< begun
    bool m_log = false;   ///< the axis being written
    int m_ticks = 0;      ///< of the axis, begun
    int m_tickPlace = -1; ///< token of the first tick's place
    int m_cell = 0;       ///< series whose cell is being written
    ChartText m_text;
    ChartNumber m_number;
};

} // namespace conclave::engine
