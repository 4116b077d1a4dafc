#pragma once

#include "engine/base/result.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QString>

#include <span>

/// The schema of conclave.db as numbered steps. A published step is never changed; a new one is added at the end.
namespace conclave::app
{

inline constexpr int kApplicationId = 0x434e434c; // "CNCL": this SQLite file is ours

struct Migration
{
    const char *statements;                               ///< separated by ';' at line ends
    QSqlError (*after)(QSqlDatabase &database) = nullptr; ///< what SQL cannot say, in the same transaction
};

/// Step i brings a file from version i to i + 1.
std::span<const Migration> migrations();

/// Brings the database from `version` to the last step, each step in its own transaction together with its number: a step that
/// fails leaves the file at the version before it.
QSqlError migrate(QSqlDatabase &database, int version, std::span<const Migration> steps);

} // namespace conclave::app
