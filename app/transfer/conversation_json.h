#pragma once

#include "app/store/conversation_tree.h"
#include "engine/base/result.h"

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QVector>

/// Conversations as a file that leaves the program and comes back: everything of them, all versions of their turns, their pictures and
/// documents.
namespace conclave::app
{

struct PortableConversation
{
    ConversationTree tree;
    QString folder;                    ///< name; empty: in none
    QHash<QString, QByteArray> images; ///< files of the messages' pictures, by the hash that the messages name
    QHash<QString, QByteArray> files;  ///< of the messages' documents, likewise
};

/// {"format": "conclave-conversations", "version": 1, "conversations": […]}; pictures and documents in Base64.
QByteArray conversationsToJson(const QVector<PortableConversation> &conversations);

/// Reads what conversationsToJson wrote, ChatGPT's conversations.json, a conversation of LM Studio, or a list of messages with roles.
/// kBadFormat says what is wrong; nothing of a file is taken that is not understood as a whole.
engine::Result<QVector<PortableConversation>> conversationsFromJson(const QByteArray &json, const QString &fileName);

} // namespace conclave::app
