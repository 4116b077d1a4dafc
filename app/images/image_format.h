#pragma once

#include <QByteArray>

/// Which kind of picture a file is, by its first bytes alone.
namespace conclave::app
{

/// Qt's name of the format ("png"); empty: none that is read here.
QByteArray imageFormatOf(const QByteArray &bytes);
/// SVG is drawn by conclave-reader, not by a decoder in this process.
bool isSvg(const QByteArray &bytes);

} // namespace conclave::app
