#pragma once

#include <QByteArray>
#include <QString>

/// What a file that is no picture holds, in words for the user.
namespace conclave::app
{

/// "text", "a PDF document", ...; empty: unknown.
QString describeContent(const QByteArray &bytes);

} // namespace conclave::app
