#include "app/store/database_file.h"

#include "app/store/migrations.h"
#include "app/store/sql_failure.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QUuid>

namespace conclave::app
{

using engine::Done;
using engine::ErrorCode;
using engine::Result;

namespace
{

QString cannotOpen()
{
    return QCoreApplication::translate("ConversationStore", "Your conversations could not be opened");
}

} // namespace

DatabaseFile::DatabaseFile(const QString &folder)
    : m_folder(folder), m_file(folder + QStringLiteral("/conclave.db")),
      m_connection(QStringLiteral("conclave-") + QUuid::createUuid().toString(QUuid::WithoutBraces))
{
}

DatabaseFile::~DatabaseFile()
{
    close();
}

Result<std::unique_ptr<DatabaseFile>> DatabaseFile::open(const QString &folder)
{
    std::unique_ptr<DatabaseFile> file(new DatabaseFile(QDir::cleanPath(folder)));
    if (auto prepared = file->prepareFolder(); !prepared)
        return prepared.takeError();
    auto health = file->tryOpen();
    if (health && *health == Health::kCorrupt) {
        if (auto aside = file->setAside(); !aside)
            return aside.takeError();
        health = file->tryOpen();
        if (health && *health == Health::kCorrupt)
            return failure(
                ErrorCode::kBadFormat,
                QCoreApplication::translate("ConversationStore", "%1: %2 is damaged again right after it was begun. Check the disk.")
                    .arg(cannotOpen(), QDir::toNativeSeparators(file->m_file)));
    }
    if (!health)
        return health.takeError();
    return file;
}

Result<Done> DatabaseFile::prepareFolder()
{
    const QString path = QDir::toNativeSeparators(m_folder);
    if (!QDir().mkpath(m_folder) || !QFileInfo(m_folder).isDir())
        return failure(
            ErrorCode::kFileUnreadable,
            QCoreApplication::translate("ConversationStore", "%1: the folder %2 cannot be made. Choose another with CONCLAVE_HOME.")
                .arg(cannotOpen(), path));
    if (!QFileInfo(m_folder).isWritable() || (QFileInfo::exists(m_file) && !QFileInfo(m_file).isWritable()))
        return failure(ErrorCode::kFileUnreadable,
                       QCoreApplication::translate(
                           "ConversationStore",
                           "%1: %2 is read-only. Nothing was changed. Make it writable, or choose another folder with CONCLAVE_HOME.")
                           .arg(cannotOpen(), path));
    m_lock = std::make_unique<QLockFile>(m_folder + QStringLiteral("/conclave.lock"));
    m_lock->setStaleLockTime(0); // a lock is stale only when its process is gone
    m_lock->tryLock(0);
    return Done{};
}

QSqlDatabase DatabaseFile::database() const
{
    return QSqlDatabase::database(m_connection, false);
}

Result<Done> DatabaseFile::openConnection(const QString &options)
{
    QSqlDatabase db = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    if (!db.isValid())
        return failure(ErrorCode::kFileUnreadable,
                       QCoreApplication::translate("ConversationStore", "%1: Qt's SQLite driver is not installed.").arg(cannotOpen()));
    db.setDatabaseName(m_file);
    db.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=3000") + options);
    if (!db.open())
        return sqlFailure(db.lastError(), cannotOpen(), m_file);
    return Done{};
}

Result<DatabaseFile::Health> DatabaseFile::tryOpen()
{
    if (auto opened = openConnection({}); !opened)
        return opened.takeError();
    auto health = inspect();
    if (!health || *health == Health::kCorrupt)
        return health;
    const auto ready = *health == Health::kNewer ? openReadOnly() : configure();
    if (!ready)
        return ready.error();
    return Health::kGood;
}

/// Tables and columns that this version knows are still there, or the reading says so; what is new stays unseen.
Result<Done> DatabaseFile::openReadOnly()
{
    const QString version = newerVersion();
    close();
    if (auto opened = openConnection(QStringLiteral(";QSQLITE_OPEN_READONLY")); !opened)
        return opened;
    m_readOnly = true;
    m_notice = version;
    return Done{};
}

QString DatabaseFile::newerVersion() const
{
    return QCoreApplication::translate("ConversationStore",
                                       "%1 was written by a newer version of Conclave. You can read your conversations; nothing "
                                       "is changed in them, so nothing new can be saved. Update the program, or choose another folder "
                                       "with CONCLAVE_HOME.")
        .arg(QDir::toNativeSeparators(m_file));
}

/// VACUUM INTO copies what all connections have committed, the log included, and nothing half.
Result<Done> DatabaseFile::backUp(int version)
{
    const QString what = QCoreApplication::translate("ConversationStore", "Your conversations could not be copied before the update");
    const QString target = m_file + QStringLiteral(".v%1-backup").arg(version);
    const QString fresh = target + u'-' + m_connection.section(u'-', -1);
    auto copied = run(what, QStringLiteral("VACUUM INTO ?"), {fresh});
    if (!copied) {
        QFile::remove(fresh);
        return copied.takeError();
    }
    copied->finish();
    QFile::remove(target);
    if (!QFile::rename(fresh, target) && !QFileInfo::exists(target))
        return failure(ErrorCode::kWriteFailed,
                       QCoreApplication::translate("ConversationStore", "%1: %2 cannot be written. Nothing was changed.")
                           .arg(what, QDir::toNativeSeparators(target)));
    return Done{};
}

QVariant DatabaseFile::pragma(const QString &name) const
{
    QSqlQuery query(QStringLiteral("PRAGMA ") + name, database());
    return query.next() ? query.value(0) : QVariant();
}

/// Looks before anything is written: a file of a newer version, or not ours, stays as it is.
Result<DatabaseFile::Health> DatabaseFile::inspect()
{
    QSqlQuery tables(database());
    if (!tables.exec(QStringLiteral("SELECT count(*) FROM sqlite_master")) || !tables.next())
        return meansCorrupt(tables.lastError()) ? Result<Health>(Health::kCorrupt) : sqlFailure(tables.lastError(), cannotOpen(), m_file);
    if (tables.value(0).toInt() == 0)
        return Health::kGood;
    if (pragma(QStringLiteral("application_id")).toInt() != kApplicationId)
        return Health::kCorrupt;
    const int version = pragma(QStringLiteral("user_version")).toInt();
    if (pragma(QStringLiteral("quick_check(1)")).toString() != QLatin1String("ok"))
        return Health::kCorrupt;
    return version > int(migrations().size()) ? Health::kNewer : Health::kGood;
}

/// synchronous=FULL: a commit outlives a power cut; there is about one a second, so its cost does not show.
Result<Done> DatabaseFile::configure()
{
    for (const char *setting : {"journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"}) {
        if (auto set = run(cannotOpen(), QStringLiteral("PRAGMA ") + QLatin1String(setting)); !set)
            return set.takeError();
    }
    const int version = pragma(QStringLiteral("user_version")).toInt();
    if (version > 0 && version < int(migrations().size())) {
        if (auto copied = backUp(version); !copied)
            return copied;
    }
    QSqlDatabase db = database();
    const QSqlError error = migrate(db, version, migrations());
    if (error.isValid())
        return sqlFailure(error, cannotOpen(), m_file);
    return Done{};
}

/// The log and its index keep the file's name, so that SQLite finds them together again.
Result<Done> DatabaseFile::setAside()
{
    close();
    const QString path = QDir::toNativeSeparators(m_file);
    if (!isOwner())
        return failure(
            ErrorCode::kBadFormat,
            QCoreApplication::translate("ConversationStore", "%1: %2 is damaged and another program is using it. Close it, then try again.")
                .arg(cannotOpen(), path));
    const QString base = m_file + QStringLiteral(".corrupt-") + QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss"));
    QString target = base;
    for (int i = 2; QFileInfo::exists(target); ++i)
        target = base + u'-' + QString::number(i);
    if (!QFile::rename(m_file, target))
        return failure(
            ErrorCode::kFileUnreadable,
            QCoreApplication::translate("ConversationStore", "%1: %2 is damaged and cannot be moved aside. Move it away by hand.")
                .arg(cannotOpen(), path));
    for (const char *suffix : {"-wal", "-shm"})
        QFile::rename(m_file + QLatin1String(suffix), target + QLatin1String(suffix));
    m_notice = QCoreApplication::translate(
                   "ConversationStore",
                   "The file of your conversations was damaged and could not be read. It was kept as %1, and a new one was begun.")
                   .arg(QDir::toNativeSeparators(target));
    return Done{};
}

void DatabaseFile::close()
{
    if (!QSqlDatabase::contains(m_connection))
        return;
    QSqlDatabase::database(m_connection, false).close();
    QSqlDatabase::removeDatabase(m_connection);
}

void DatabaseFile::rollBack() const
{
    QSqlQuery(database()).exec(QStringLiteral("ROLLBACK"));
}

Result<QSqlQuery> DatabaseFile::run(const QString &what, const QString &statement, const QVariantList &values) const
{
    QSqlQuery query(database());
    query.setForwardOnly(true);
    bool ok = query.prepare(statement);
    for (const QVariant &value : values)
        query.addBindValue(value);
    ok = ok && query.exec();
    if (ok)
        return query;
    if (m_readOnly)
        return failure(ErrorCode::kInvalidRequest, what + QStringLiteral(": ") + newerVersion(), query.lastError().text());
    return sqlFailure(query.lastError(), what, m_file);
}

} // namespace conclave::app
