#pragma once

#include <QString>
#include <QStringView>

#include <optional>

/// What LaTeX's commands for single symbols stand for.
namespace conclave::ui
{

/// Decides the space between two symbols, as in TeX.
enum class MathClass
{
    kOrdinary,
    kOperator, ///< large in displayed formulas
    kBinary,
    kRelation,
    kOpening,
    kClosing,
    kPunctuation,
};

struct MathSymbol
{
    QString text;
    MathClass kind = MathClass::kOrdinary;
    bool italic = false;
    bool limits = false; ///< scripts stand above and below in displayed formulas
    bool large = false;  ///< a sum, product or integral
};

/// `name` without its backslash.
std::optional<MathSymbol> symbolOf(QStringView name);
/// A character as it stands in a formula.
MathSymbol symbolOf(QChar character);
/// "sin", "log": upright words.
std::optional<MathSymbol> functionOf(QStringView name);
/// Letters of \mathbb, \mathcal, \mathfrak; the text itself when there are none.
QString alphabet(QStringView command, const QString &text);

} // namespace conclave::ui
