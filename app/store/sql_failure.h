#pragma once

#include "engine/base/result.h"

#include <QSqlError>
#include <QString>

/// What went wrong in SQLite, as a message for the user.
namespace conclave::app
{

/// "Setting aside", not "repairing": the file is no database, or a broken one.
bool meansCorrupt(const QSqlError &error);

/// "The message could not be saved", "The conversation could not be read"
QString cannotSave();
QString cannotRead();

/// `what` names what was being done ("The message could not be saved"); `file` is the database's path.
/// kWriteFailed (disk full and the like), kFileUnreadable (read-only, no access, locked), kBadFormat (corrupt).
engine::Error sqlFailure(const QSqlError &error, const QString &what, const QString &file);

} // namespace conclave::app
