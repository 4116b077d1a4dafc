#pragma once

#include "app/chart/chart_table.h"

#include <QStringView>
#include <QVector>

#include <cstddef>

namespace conclave::app
{

/// One piece of a citation: a mark, and behind <num> the digits of a number.
struct CitationPiece
{
    QString mark;   ///< "pt", "s"
    int index = -1; ///< of "s" and "r"
    QString digits; ///< of "num"
};

/// What a citation came to.
struct Claim
{
    QString text;
    bool linked = true; ///< false: a name or a field, which points at no mark
    Citation citation;  ///< without its place in a text
};

/// The text that stands for a citation whose cell or series does not exist or holds no number.
QString unsupportedText();

/// Looks up and calculates what citations and their expressions in prefix order stand for (training/MODEL.md, "Answers"), as
/// training/conclave/tasks/expressions.py does: the program, not the model, does arithmetic. A name that is not there, a missing cell or a
/// division by zero anywhere in an expression makes the whole unsupported.
class CitationReader
{
public:
    enum class Outcome
    {
        kUnfinished, ///< more pieces are to come
        kBroken,     ///< no citation
        kWhole,
    };

    /// All of them outlive the reader. `language` of the words yes, no, rises...
    CitationReader(const ChartTable &table, QStringView language, const QVector<CitationPiece> &pieces);

    Outcome read();
    const Claim &claim() const { return m_claim; }

private:
    /// A number on its way through an expression; not a number: something is missing.
    struct Value
    {
        double number = 0;
        int decimals = 0; ///< to print it with
        QString unit;
    };
    struct CellName
    {
        int series = -1;
        int row = -1;
        double value = 0;
    };

    const CitationPiece &take();
    int index(QLatin1String letter);
    CellName cell();
    Value operand();
    Value ofSeries(const QString &operation);
    Value ofRow();
    Value two(const QString &operation);
    Value count();
    double literal(const CitationPiece &piece);
    bool greater();

    void claimed(const QString &operation);
    void claimCell();
    void claimSeries(const QString &operation);
    void claimExtremeOfRow(bool largest);
    void claimTrend();
    void claimYesNo();
    void claimPicked(bool larger);
    bool claimName(const QString &name);
    void support(const QString &text, double value);
    void name(const QString &text);
    void touch(int series, int row) { m_claim.citation.cells.append({series, row}); }
    Outcome outcome() const;

    const ChartTable &m_table;
    QStringView m_language;
    const QVector<CitationPiece> &m_pieces;
    qsizetype m_at = 0;
    bool m_unfinished = false;
    bool m_broken = false;
    Claim m_claim;
};

} // namespace conclave::app
