#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>
#include <QVector>

#include <memory>
#include <optional>

/// Conversations on disk: SQLite through Qt Sql (WAL, foreign keys, numbered migrations), image files beside it by content hash.
/// One store object for each thread; it owns its connection. Every writing call is one transaction.
namespace conclave::app
{

using engine::Done;
using engine::Result;

enum class MessageRole
{
    kUser = 0,
    kAssistant = 1,
    kNotice = 2, ///< said by the program, never sent to a model
};

enum class MessageState
{
    kComplete = 0,
    kStreaming = 1,   ///< being written; found at start-up it becomes kInterrupted
    kStopped = 2,     ///< stopped by the user
    kInterrupted = 3, ///< the program ended in the middle
    kFailed = 4,
};

struct Conversation
{
    qint64 id = 0;
    QString title;
    QDateTime created;
    QDateTime changed;
};

struct StoredMessage
{
    qint64 id = 0;
    qint64 conversation = 0;
    MessageRole role = MessageRole::kUser;
    MessageState state = MessageState::kComplete;
    QString text;
    QByteArray chart;        ///< ChartReading as JSON, empty when the message holds none
    QByteArray statistics;   ///< JSON of the answer's figures, empty for user messages
    QVector<QString> images; ///< content hashes, in order
    QString model;           ///< name of the model that answered
    QDateTime created;
};

class ConversationStore
{
public:
    /// Opens (creating and migrating as needed) `folder`/conclave.db. A corrupt file is moved aside as conclave.db.corrupt-DATE and a
    /// new one is begun: `notice()` says so. Errors: kFileUnreadable (read-only or no access), kWriteFailed (disk full), kBadFormat
    /// (written by a newer version; the file is left untouched).
    static Result<std::unique_ptr<ConversationStore>> open(const QString &folder);
    ~ConversationStore();

    /// What the user should know about opening (a corrupt file was set aside); empty: nothing.
    QString notice() const;

    Result<QVector<Conversation>> conversations() const; ///< latest change first
    Result<Conversation> createConversation(const QString &title);
    Result<Done> renameConversation(qint64 id, const QString &title);
    Result<Done> removeConversation(qint64 id);

    Result<QVector<StoredMessage>> messages(qint64 conversation) const; ///< in order
    /// Saves the user's message and an empty streaming answer in one transaction, before any answer begins. Returns both ids filled in.
    /// Conversation 0 begins a new one under `newTitle` in the same transaction; its id is in the messages returned.
    struct Turn
    {
        StoredMessage question;
        StoredMessage answer;
    };
    Result<Turn> beginTurn(qint64 conversation, const QString &text, const QVector<QString> &images, const QString &model,
                           const QString &newTitle = {});
    /// The two halves of a turn, for a question that must wait for its answer (the model is still loading) or gets none.
    Result<StoredMessage> addQuestion(qint64 conversation, const QString &text, const QVector<QString> &images,
                                      const QString &newTitle = {});
    Result<StoredMessage> beginAnswer(qint64 conversation, const QString &model);
    /// Writes the answer as it stands.
    Result<Done> updateAnswer(const StoredMessage &answer);
    Result<StoredMessage> addNotice(qint64 conversation, const QString &text);

    /// Keeps the bytes of an image file under their SHA-256; returns the hash. The same bytes are kept once.
    Result<QString> keepImage(const QByteArray &fileBytes);
    /// Path of a kept image, or empty.
    QString imagePath(const QString &hash) const;

private:
    struct Impl;
    explicit ConversationStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace conclave::app
