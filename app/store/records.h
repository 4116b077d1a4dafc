#pragma once

#include "app/documents/document.h"

#include <QByteArray>
#include <QDateTime>
#include <QString>
#include <QStringList>
#include <QVector>

/// What the database holds, as plain values.
namespace conclave::app
{

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
/// By number, as JSON has them.
inline const QStringList &messageStateNames()
{
    static const QStringList kNames{QStringLiteral("complete"), QStringLiteral("streaming"), QStringLiteral("stopped"),
                                    QStringLiteral("interrupted"), QStringLiteral("failed")};
    return kNames;
}

struct Conversation
{
    qint64 id = 0;
    QString title;
    QDateTime created;
    QDateTime changed;
    qint64 folder = 0; ///< 0: in none
    bool pinned = false;
    bool archived = false;
};

struct Folder
{
    qint64 id = 0;
    QString name;
};

/// A document that went with a question: what the model is told of it, and the file as it was.
struct StoredDocument
{
    QString hash; ///< of the file's bytes
    QString name;
    DocumentKind kind = DocumentKind::kText;
    QString parts; ///< pages or sheets that were chosen, in words ("1-3, 7"); empty: all
    QString text;
    bool operator==(const StoredDocument &) const = default;
};

/// A file attached to a question that is not sent yet.
struct DraftFile
{
    QString hash; ///< of its bytes, kept among the pictures or the documents
    QString name;
    bool picture = false;
    QString chosen; ///< of a document's parts: "1101", a letter for each; empty: the usual ones
    bool asPictures = false;
    bool operator==(const DraftFile &) const = default;
};

/// A conversation is a tree: a turn that was edited or an answer that was asked for again has siblings, and one branch is shown.
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
    QVector<StoredDocument> documents;
    QByteArray receipt; ///< Receipt as JSON; empty for questions and answers of older versions
    QString model;      ///< name of the model that answered
    QDateTime created;
    qint64 parent = 0;        ///< 0: begins the conversation
    QString reasoning;        ///< what the model wrote for itself before it answered
    qint64 reasoningTime = 0; ///< milliseconds from its first to its last word
    QByteArray toolCalls;     ///< JSON array of {"id", "name", "arguments"}; empty: none
    QVector<qint64> siblings; ///< ids of all versions of this turn, itself included, oldest first
};

} // namespace conclave::app
