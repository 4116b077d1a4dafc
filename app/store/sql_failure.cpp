#include "app/store/sql_failure.h"

#include "app/text_of.h"

#include <QCoreApplication>
#include <QDir>

namespace conclave::app
{
namespace
{

// SQLite's primary result codes (sqlite.org/rescode.html); Qt does not expose its header.
enum SqliteCode
{
    kBusy = 5,
    kLocked = 6,
    kReadOnly = 8,
    kIoError = 10,
    kCorrupt = 11,
    kFull = 13,
    kCannotOpen = 14,
    kNotADatabase = 26,
};

int primaryCode(const QSqlError &error)
{
    return error.nativeErrorCode().toInt() & 0xff;
}

} // namespace

bool meansCorrupt(const QSqlError &error)
{
    const int code = primaryCode(error);
    return code == kCorrupt || code == kNotADatabase;
}

QString cannotSave()
{
    return QCoreApplication::translate("ConversationStore", "The message could not be saved");
}

QString cannotRead()
{
    return QCoreApplication::translate("ConversationStore", "The conversation could not be read");
}

engine::Error sqlFailure(const QSqlError &error, const QString &what, const QString &file)
{
    using engine::ErrorCode;
    const QString path = QDir::toNativeSeparators(file);
    const QString context = error.text() + QStringLiteral(" [") + error.nativeErrorCode() + u']';
    switch (primaryCode(error)) {
    case kFull:
        return failure(
            ErrorCode::kWriteFailed,
            QCoreApplication::translate(
                "ConversationStore", "%1: the disk that holds %2 is full. What was saved before is kept. Free some space, then try again.")
                .arg(what, path),
            context);
    case kIoError:
        return failure(ErrorCode::kWriteFailed,
                       QCoreApplication::translate(
                           "ConversationStore",
                           "%1: the disk reported an error for %2. What was saved before is kept. Check the disk and its free space.")
                           .arg(what, path),
                       context);
    case kReadOnly:
    case kCannotOpen:
        return failure(ErrorCode::kFileUnreadable,
                       QCoreApplication::translate("ConversationStore",
                                                   "%1: %2 cannot be opened for writing. Check the permissions of the file and its folder.")
                           .arg(what, path),
                       context);
    case kBusy:
    case kLocked:
        return failure(
            ErrorCode::kFileUnreadable,
            QCoreApplication::translate("ConversationStore", "%1: another program is using %2. Close it, then try again.").arg(what, path),
            context);
    case kCorrupt:
    case kNotADatabase:
        return failure(ErrorCode::kBadFormat,
                       QCoreApplication::translate("ConversationStore",
                                                   "%1: %2 is damaged. Restart the program: it sets the file aside and begins a new one.")
                           .arg(what, path),
                       context);
    default:
        return failure(ErrorCode::kWriteFailed,
                       QCoreApplication::translate("ConversationStore", "%1: %2 (%3).").arg(what, error.databaseText(), path), context);
    }
}

} // namespace conclave::app
