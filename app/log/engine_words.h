#pragma once

#include <QString>

/// The engine speaks English; what it says often is said in the language of the interface.
namespace conclave::app
{

/// `message` of the engine translated, with its names and numbers, where it is one of the common ones; any other as it is.
QString engineWords(const QString &message);

} // namespace conclave::app
