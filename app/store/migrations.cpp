#include "app/store/migrations.h"

#include <QSqlQuery>
#include <QStringList>

#include <array>

namespace conclave::app
{
namespace
{

constexpr std::array<Migration, 2> kMigrations = {{
    {R"(
        CREATE TABLE conversations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            title TEXT NOT NULL,
            created INTEGER NOT NULL,
            changed INTEGER NOT NULL
        );
        CREATE TABLE messages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
            role INTEGER NOT NULL,
            state INTEGER NOT NULL,
            text TEXT NOT NULL,
            chart BLOB,
            statistics BLOB,
            model TEXT NOT NULL,
            created INTEGER NOT NULL
        );
        CREATE INDEX messages_by_conversation ON messages(conversation, id);
        CREATE TABLE message_images (
            message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            hash TEXT NOT NULL,
            PRIMARY KEY (message, position)
        ) WITHOUT ROWID;
    )"},
    // Removing a conversation asks for each picture whether another message still shows it.
    {R"(
        CREATE INDEX message_images_by_hash ON message_images(hash);
    )"},
}};

QSqlError run(QSqlDatabase &database, const QString &statement)
{
    QSqlQuery query(database);
    return query.exec(statement) ? QSqlError() : query.lastError();
}

int versionOf(QSqlDatabase &database)
{
    QSqlQuery query(QStringLiteral("PRAGMA user_version"), database);
    return query.next() ? query.value(0).toInt() : 0;
}

QSqlError runStep(QSqlDatabase &database, const Migration &step, int number)
{
    for (const QString &statement : QString::fromUtf8(step.statements).split(QStringLiteral(";\n"), Qt::SkipEmptyParts)) {
        if (statement.trimmed().isEmpty())
            continue;
        if (const QSqlError error = run(database, statement); error.isValid())
            return error;
    }
    if (const QSqlError error = run(database, QStringLiteral("PRAGMA application_id = %1").arg(kApplicationId)); error.isValid())
        return error;
    return run(database, QStringLiteral("PRAGMA user_version = %1").arg(number));
}

} // namespace

std::span<const Migration> migrations()
{
    return kMigrations;
}

QSqlError migrate(QSqlDatabase &database, int version, std::span<const Migration> steps)
{
    for (int step = version; step < int(steps.size()); ++step) {
        // IMMEDIATE: of two programs that start at once, one migrates, the other waits and finds the step done.
        if (const QSqlError error = run(database, QStringLiteral("BEGIN IMMEDIATE")); error.isValid())
            return error;
        QSqlError error;
        if (versionOf(database) <= step)
            error = runStep(database, steps[std::size_t(step)], step + 1);
        if (!error.isValid())
            error = run(database, QStringLiteral("COMMIT"));
        if (error.isValid()) {
            run(database, QStringLiteral("ROLLBACK"));
            return error;
        }
    }
    return {};
}

} // namespace conclave::app
