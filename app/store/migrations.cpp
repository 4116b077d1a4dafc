#include "app/store/migrations.h"

#include "app/store/search_text.h"

#include <QSqlQuery>
#include <QStringList>

#include <array>

namespace conclave::app
{
namespace
{

/// Step 3: messages written before there was a search.
QSqlError partWords(QSqlDatabase &database)
{
    QSqlQuery all(database);
    all.setForwardOnly(true);
    QSqlQuery part(database);
    part.prepare(QStringLiteral("UPDATE messages SET spaced = ? WHERE id = ?"));
    if (!all.exec(QStringLiteral("SELECT id, text FROM messages")))
        return all.lastError();
    while (all.next()) {
        const QString spaced = spacedText(all.value(1).toString());
        if (spaced.isNull())
            continue;
        part.bindValue(0, spaced);
        part.bindValue(1, all.value(0));
        if (!part.exec())
            return part.lastError();
    }
    return {};
}

constexpr std::array<Migration, 8> kMigrations = {{
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
    // Folders, pins, archive, deletion that can be undone, drafts, settings; messages become a tree: what was a list is its one branch.
    // parent is no foreign key: a cascade along a conversation of a thousand turns would be deeper than SQLite allows.
    // shown_child: the version shown of what follows. spaced: see search_text.h, NULL when it is the text itself.
    {R"(
        CREATE TABLE folders (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL
        );
        CREATE TABLE drafts (
            conversation INTEGER PRIMARY KEY,
            text TEXT NOT NULL
        );
        CREATE TABLE presets (
            name TEXT PRIMARY KEY,
            settings TEXT NOT NULL
        ) WITHOUT ROWID;
        ALTER TABLE conversations ADD COLUMN folder INTEGER REFERENCES folders(id) ON DELETE SET NULL;
        ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE conversations ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE conversations ADD COLUMN deleted INTEGER;
        ALTER TABLE conversations ADD COLUMN settings TEXT NOT NULL DEFAULT '';
        ALTER TABLE conversations ADD COLUMN shown_child INTEGER;
        ALTER TABLE messages ADD COLUMN parent INTEGER;
        ALTER TABLE messages ADD COLUMN shown_child INTEGER;
        ALTER TABLE messages ADD COLUMN spaced TEXT;
        CREATE INDEX messages_by_parent ON messages(parent);
        UPDATE messages SET
            parent = (SELECT max(p.id) FROM messages p WHERE p.conversation = messages.conversation AND p.id < messages.id),
            shown_child = (SELECT min(n.id) FROM messages n WHERE n.conversation = messages.conversation AND n.id > messages.id);
        UPDATE conversations SET
            shown_child = (SELECT min(m.id) FROM messages m WHERE m.conversation = conversations.id);
    )",
     partWords},
    // The search. Not indexed: what the program says itself, and answers while they grow (each save would index them anew).
    {R"(
        CREATE VIEW message_words AS
            SELECT id, coalesce(spaced, text) AS text FROM messages WHERE role <> 2 AND state <> 1;
        CREATE VIRTUAL TABLE message_search USING fts5(
            text, content = 'message_words', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
        INSERT INTO message_search(message_search) VALUES ('rebuild');
        CREATE TRIGGER message_search_insert AFTER INSERT ON messages WHEN new.role <> 2 AND new.state <> 1 BEGIN
            INSERT INTO message_search(rowid, text) VALUES (new.id, coalesce(new.spaced, new.text)); END;
        CREATE TRIGGER message_search_delete AFTER DELETE ON messages WHEN old.role <> 2 AND old.state <> 1 BEGIN
            INSERT INTO message_search(message_search, rowid, text) VALUES ('delete', old.id, coalesce(old.spaced, old.text)); END;
        CREATE TRIGGER message_search_update AFTER UPDATE OF text, spaced, state ON messages WHEN new.role <> 2 BEGIN
            INSERT INTO message_search(message_search, rowid, text)
                SELECT 'delete', old.id, coalesce(old.spaced, old.text) WHERE old.state <> 1; -- one statement
            INSERT INTO message_search(rowid, text) SELECT new.id, coalesce(new.spaced, new.text) WHERE new.state <> 1; END;
    )"},
    // What a model wrote for itself, and the tools that it asked for, apart from the answer. Not searched.
    {R"(
        ALTER TABLE messages ADD COLUMN reasoning TEXT NOT NULL DEFAULT '';
        ALTER TABLE messages ADD COLUMN reasoning_time INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE messages ADD COLUMN tool_calls TEXT NOT NULL DEFAULT '';
    )"},
    // Documents that go with a question. text: what the model is told, whatever a later version would make of the file.
    {R"(
        CREATE TABLE message_documents (
            message INTEGER NOT NULL REFERENCES messages(id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            hash TEXT NOT NULL,
            name TEXT NOT NULL,
            kind INTEGER NOT NULL,
            parts TEXT NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (message, position)
        );
        CREATE INDEX message_documents_by_hash ON message_documents(hash);
    )"},
    // What an answer was made of, and from which message on a conversation is told to the model (NULL: from its beginning).
    {R"(
        ALTER TABLE messages ADD COLUMN receipt BLOB;
        ALTER TABLE conversations ADD COLUMN told_from INTEGER;
    )"},
    // Files attached to questions that are not sent yet.
    {R"(
        CREATE TABLE draft_files (
            conversation INTEGER NOT NULL,
            position INTEGER NOT NULL,
            hash TEXT NOT NULL,
            name TEXT NOT NULL,
            picture INTEGER NOT NULL,
            chosen TEXT NOT NULL,
            as_pictures INTEGER NOT NULL,
            PRIMARY KEY (conversation, position)
        ) WITHOUT ROWID;
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
    if (step.after) {
        if (const QSqlError error = step.after(database); error.isValid())
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
