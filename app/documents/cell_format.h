#pragma once

#include <QString>

/// Numbers of a spreadsheet as the dates that their formats make of them (ECMA-376, 18.8.30).
namespace conclave::app
{

enum class CellFormat
{
    kNumber,
    kDate,
    kTime,
    kDateTime,
};

/// Of a built-in format number.
CellFormat builtInFormat(int number);
/// Of a format code ("yyyy\-mm\-dd", "[Red]0.00").
CellFormat formatOfCode(const QString &code);
/// `serial`: days since 1899-12-30, or since 1904-01-01. A number that is no such day is written as it is.
QString formattedCell(double serial, CellFormat format, bool from1904);

} // namespace conclave::app
