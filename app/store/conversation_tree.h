#pragma once

#include "app/store/records.h"

#include <QHash>

namespace conclave::app
{

/// All of a conversation: every version of every turn.
struct ConversationTree
{
    Conversation conversation;
    QByteArray settings;             ///< ChatSettings as JSON
    QVector<StoredMessage> messages; ///< parents before their children
    QHash<qint64, qint64> shown;     ///< which child is shown of a message; of 0: which first message
};

/// The messages of the branch that is shown, in order, each with its siblings. Where what was shown is gone, the newest is.
QVector<StoredMessage> shownBranchOf(const ConversationTree &tree);

} // namespace conclave::app
