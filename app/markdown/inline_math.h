#pragma once

#include <QString>
#include <QVector>

/// Formulas among words: $…$, $$…$$, \(…\) and \[…\], found before Markdown is read, which would take their stars and bars for its own.
namespace conclave::app
{

struct InlineFormula
{
    QString latex;
    QString written; ///< with its marks
    bool display = false;
};

struct TextWithFormulas
{
    QString text; ///< each formula is one private character, see formulaAt
    QVector<InlineFormula> formulas;
};

/// "costs $5 and $6" holds none: a formula's mark stands close to it, and no digit follows. Nothing is looked for in code spans.
TextWithFormulas takeFormulas(const QString &markdown);

/// Which formula a character stands for, or -1.
int formulaAt(QChar character);

} // namespace conclave::app
