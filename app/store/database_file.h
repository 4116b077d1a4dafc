#pragma once

#include "engine/base/result.h"

#include <QDateTime>
#include <QLockFile>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariantList>

#include <memory>

/// conclave.db in its folder: opened, checked, set aside when broken, migrated. One object for each thread; it owns its connection.
namespace conclave::app
{

class DatabaseFile
{
public:
    /// Errors as ConversationStore::open. A file of an older version is copied to conclave.db.vN-backup before it is migrated.
    static engine::Result<std::unique_ptr<DatabaseFile>> open(const QString &folder);
    ~DatabaseFile();
    DatabaseFile(const DatabaseFile &) = delete;
    DatabaseFile &operator=(const DatabaseFile &) = delete;

    const QString &folder() const { return m_folder; }
    const QString &notice() const { return m_notice; }
    /// Written by a newer version of the program: it can be read, and nothing is changed. `notice()` says so.
    bool isReadOnly() const { return m_readOnly; }
    /// Whether this is the only program at work in the folder: it alone may repair what an earlier one left behind.
    bool isOwner() const { return m_lock && m_lock->isLocked(); }

    /// Runs one statement; `what` names it in the error message.
    engine::Result<QSqlQuery> run(const QString &what, const QString &statement, const QVariantList &values = {}) const;

    /// Runs `body`, which returns a Result, in one transaction; an error rolls back.
    template <typename Body>
    auto transaction(const QString &what, Body body) const -> decltype(body())
    {
        if (auto begun = run(what, QStringLiteral("BEGIN IMMEDIATE")); !begun)
            return begun.takeError();
        auto result = body();
        if (!result) {
            rollBack();
            return result;
        }
        if (auto committed = run(what, QStringLiteral("COMMIT")); !committed) {
            rollBack();
            return committed.takeError();
        }
        return result;
    }

private:
    explicit DatabaseFile(const QString &folder);

    enum class Health
    {
        kGood,
        kCorrupt,
        kNewer,
    };

    engine::Result<engine::Done> prepareFolder();
    engine::Result<Health> tryOpen();
    engine::Result<Health> inspect();
    engine::Result<engine::Done> openConnection(const QString &options);
    engine::Result<engine::Done> configure();
    engine::Result<engine::Done> openReadOnly();
    engine::Result<engine::Done> backUp(int version);
    QString newerVersion() const;
    engine::Result<engine::Done> setAside();
    QVariant pragma(const QString &name) const;
    QSqlDatabase database() const;
    void close();
    void rollBack() const;

    QString m_folder;
    QString m_file;
    QString m_connection;
    QString m_notice;
    bool m_readOnly = false;
    std::unique_ptr<QLockFile> m_lock;
};

/// Times lie in the file in milliseconds since 1970.
inline QDateTime timeOf(const QVariant &milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(milliseconds.toLongLong());
}

/// A QString without data binds as NULL, which the schema refuses.
inline QString notNull(const QString &text)
{
    return text.isNull() ? QStringLiteral("") : text;
}

} // namespace conclave::app
