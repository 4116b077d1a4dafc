#pragma once

#include "app/store/conversation_tree.h"
#include "app/store/database_file.h"

#include <QHash>

/// The messages of conversations: a tree each, of which one branch is shown. Every message knows which of its children is shown (the one
/// written or chosen last), the conversation knows its first message; so switching back finds a branch as it was left.
namespace conclave::app
{

class MessageTable
{
public:
    explicit MessageTable(const DatabaseFile &file) : m_file(file) {}

    engine::Result<QVector<StoredMessage>> shownBranch(qint64 conversation) const;
    /// Fills in `messages` and `shown` of the conversation with all its versions.
    engine::Result<ConversationTree> tree(qint64 conversation) const;
    /// Inserts all messages of a tree under new ids into `conversation`, which has none. Call it in a transaction.
    engine::Result<engine::Done> insertTree(qint64 conversation, const ConversationTree &tree) const;
    /// Last message of the shown branch; 0: the conversation is empty.
    engine::Result<qint64> lastShown(qint64 conversation) const;
    /// Inserts below `message.parent` and shows it; fills in id and time. Call it in a transaction.
    engine::Result<StoredMessage> insert(StoredMessage message) const;
    /// The parent of `message`: where a sibling of it belongs. kInvalidRequest when there is no such message.
    engine::Result<qint64> parentOf(qint64 message) const;
    engine::Result<engine::Done> show(qint64 message) const;
    /// Shows the branch that `message` is on. Call it in a transaction.
    engine::Result<engine::Done> reveal(qint64 message) const;
    engine::Result<engine::Done> update(const StoredMessage &answer) const;

private:
    engine::Result<QHash<qint64, QVector<QString>>> imagesOf(qint64 conversation) const;
    engine::Result<qint64> insertRow(const StoredMessage &message) const;
    engine::Result<QHash<qint64, QVector<StoredDocument>>> documentsOf(qint64 conversation) const;
    engine::Result<engine::Done> insertAttached(qint64 id, const StoredMessage &message) const;
    engine::Result<engine::Done> setShown(qint64 conversation, qint64 parent, qint64 child) const;

    const DatabaseFile &m_file;
};

} // namespace conclave::app
