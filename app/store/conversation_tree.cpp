#include "app/store/conversation_tree.h"

namespace conclave::app
{

QVector<StoredMessage> shownBranchOf(const ConversationTree &tree)
{
    QHash<qint64, QVector<qint64>> children;
    QHash<qint64, qsizetype> place;
    for (qsizetype i = 0; i < tree.messages.size(); ++i) {
        children[tree.messages[i].parent].append(tree.messages[i].id);
        place.insert(tree.messages[i].id, i);
    }
    const auto next = [&](qint64 parent) -> qint64 {
        const QVector<qint64> below = children.value(parent);
        if (below.isEmpty())
            return 0;
        const qint64 remembered = tree.shown.value(parent);
        return below.contains(remembered) ? remembered : below.back(); // a file may have been edited by others
    };
    QVector<StoredMessage> out;
    for (qint64 id = next(0); id != 0; id = next(id)) {
        StoredMessage message = tree.messages[place.value(id)];
        message.siblings = children.value(message.parent);
        out.append(message);
    }
    return out;
}

} // namespace conclave::app
