#pragma once

#include "ui/math/latex_symbols.h"

#include <memory>
#include <optional>
#include <vector>

/// Reads the common part of LaTeX's formulas: fractions, roots, scripts, Greek, sums and integrals, brackets that grow, matrices, cases,
/// aligned lines, accents, text. Macros cannot be defined. Depth and size are bounded.
namespace conclave::ui
{

struct MathNode
{
    enum Type
    {
        kRow,      ///< children one after the other
        kSymbol,   ///< symbol
        kText,     ///< symbol.text, upright, with its spaces
        kSpace,    ///< number: width in ems
        kFraction, ///< children: above, below; number 0: no line (binomials)
        kRoot,     ///< children: below the root, and maybe its degree
        kScripts,  ///< children: base, subscript, superscript (rows that may be empty)
        kFenced,   ///< children: inside; open, close: brackets that grow with it
        kTable,    ///< rows: cells; alignment: 'l', 'c', 'r' by column; number 1: displayed lines
        kAccent,   ///< children: what is below; symbol.text: the accent, or "over", "under", "brace", "underbrace" for lines
        kStacked,  ///< children: base, above (\overset, \xrightarrow), below
        kStyled,   ///< children: inside; number: 1 displayed, 0 text style
    };

    Type type = kRow;
    MathSymbol symbol;
    bool bold = false;
    double number = 0;
    QString open;
    QString close;
    QString alignment;
    std::vector<MathNode> children;
    std::vector<std::vector<MathNode>> rows;
};

/// Nothing for what is not understood: then the formula is to be shown as it was written.
std::optional<MathNode> parseLatex(const QString &latex);

inline constexpr qsizetype kMostLatexCharacters = 4000;

} // namespace conclave::ui
