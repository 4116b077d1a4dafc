#pragma once

#include <QString>
#include <QStringView>

#include <optional>

/// Numbers as the program writes and reads them, the same in every locale.
namespace conclave::app
{

/// The shortest decimal text that reads back as the same number, without exponent or grouping: "44", "0.5", "-1200000".
QString numberText(double value);

/// `value` rounded to so many decimals, exact halves to even digits, trailing zeros dropped: what sums and means are shown as.
QString roundedText(double value, int decimals);

/// Decimals that a number has as written: "4.50" has 2.
int decimalsOf(QStringView written);

/// A number as the chart format writes it: digits, optional leading '-', optional '.'; nothing else is taken for a number.
std::optional<double> parseNumber(QStringView text);

/// "44", "44%", "$44", "44万", "44 kg", as the unit asks.
QString withUnit(const QString &number, const QString &unit);

} // namespace conclave::app
