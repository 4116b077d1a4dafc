#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QString>

namespace conclave::app
{

/// What is said of a file that cannot be taken; the rest of what can go wrong is said alike of all files.
struct FileWords
{
    QString notAFile; ///< %1: its path
    QString tooLarge; ///< %1: its name, %2 and %3: its megabytes and the most
};

/// The bytes of a file that the user chose. kFileNotFound, kFileUnreadable; `tooLargeCode` when there are more than `most`.
engine::Result<QByteArray> fileBytes(const QString &path, qint64 most, engine::ErrorCode tooLargeCode, const FileWords &words);

/// The last part of a path; of one without, all of it.
QString fileNameOf(const QString &path);

} // namespace conclave::app
