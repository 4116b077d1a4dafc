#pragma once

#include <QString>

/// Text out to the terminal, always UTF-8.
namespace conclave::app
{

void printOut(const QString &text);
void printError(const QString &text); ///< with "conclave: " in front and a line end behind

/// What comes from models and files without its control characters: they could command the terminal.
QString printable(const QString &text);

/// Columns that `text` takes on a terminal: 2 for East Asian wide characters and emoji, 0 for marks that combine.
int displayWidth(const QString &text);

} // namespace conclave::app
