#include "app/store/message_table.h"

#include "app/store/search_text.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QHash>

#include <algorithm>

namespace conclave::app
{

using engine::Done;
using engine::Result;

namespace
{

QString cannotSave()
{
    return QCoreApplication::translate("ConversationStore", "The message could not be saved");
}

QString cannotRead()
{
    return QCoreApplication::translate("ConversationStore", "The conversation could not be read");
}

/// Numbers from the file are not trusted to be values of the enum.
template <typename Enum>
Enum enumOf(const QVariant &value, Enum last, Enum otherwise)
{
    const int number = value.toInt();
    return number >= 0 && number <= int(last) ? Enum(number) : otherwise;
}

/// A QString without data binds as NULL, which the schema refuses.
QString notNull(const QString &text)
{
    return text.isNull() ? QStringLiteral("") : text;
}

QVariant numberOrNull(qint64 id)
{
    return id == 0 ? QVariant() : QVariant(id);
}

QVariant textOrNull(const QString &text)
{
    return text.isNull() ? QVariant() : QVariant(text);
}

/// All messages of a conversation, and what is shown of each one's children. Parents have smaller ids than their children.
struct Tree
{
    QHash<qint64, StoredMessage> messages;
    QHash<qint64, QVector<qint64>> children; ///< of a parent (0: of the conversation), ascending
    QHash<qint64, qint64> shown;

    /// The child remembered, or the newest when that is gone: a file may have been edited by others.
    qint64 next(qint64 parent) const
    {
        const QVector<qint64> below = children.value(parent);
        if (below.isEmpty())
            return 0;
        const qint64 remembered = shown.value(parent);
        return below.contains(remembered) ? remembered : below.back();
    }
};

StoredMessage messageOf(const QSqlQuery &row, qint64 conversation)
{
    StoredMessage message;
    message.id = row.value(0).toLongLong();
    message.conversation = conversation;
    message.role = enumOf(row.value(1), MessageRole::kNotice, MessageRole::kNotice);
    message.state = enumOf(row.value(2), MessageState::kFailed, MessageState::kFailed);
    message.text = row.value(3).toString();
    message.chart = row.value(4).toByteArray();
    message.statistics = row.value(5).toByteArray();
    message.model = row.value(6).toString();
    message.created = QDateTime::fromMSecsSinceEpoch(row.value(7).toLongLong());
    message.parent = row.value(8).toLongLong();
    return message;
}

QVector<StoredMessage> branchOf(const Tree &tree)
{
    QVector<StoredMessage> out;
    for (qint64 id = tree.next(0); id != 0; id = tree.next(id)) {
        StoredMessage message = tree.messages.value(id);
        message.siblings = tree.children.value(message.parent);
        out.append(message);
    }
    return out;
}

} // namespace

Result<QHash<qint64, QVector<QString>>> MessageTable::imagesOf(qint64 conversation) const
{
    auto query = m_file.run(cannotRead(),
                            QStringLiteral("SELECT i.message, i.hash FROM message_images i JOIN messages m ON m.id = i.message "
                                           "WHERE m.conversation = ? ORDER BY i.message, i.position"),
                            {conversation});
    if (!query)
        return query.takeError();
    QHash<qint64, QVector<QString>> out;
    while (query->next())
        out[query->value(0).toLongLong()].append(query->value(1).toString());
    return out;
}

Result<QVector<StoredMessage>> MessageTable::shownBranch(qint64 conversation) const
{
    auto hashes = imagesOf(conversation);
    if (!hashes)
        return hashes.takeError();
    auto query = m_file.run(cannotRead(),
                            QStringLiteral("SELECT id, role, state, text, chart, statistics, model, created, parent, shown_child "
                                           "FROM messages WHERE conversation = ? ORDER BY id"),
                            {conversation});
    if (!query)
        return query.takeError();
    Tree tree;
    while (query->next()) {
        StoredMessage message = messageOf(*query, conversation);
        message.images = hashes->value(message.id);
        if (!tree.messages.contains(message.parent))
            message.parent = 0; // of another conversation, or a circle: only a damaged file has that
        tree.children[message.parent].append(message.id);
        tree.shown.insert(message.id, query->value(9).toLongLong());
        tree.messages.insert(message.id, message);
    }
    auto first = m_file.run(cannotRead(), QStringLiteral("SELECT shown_child FROM conversations WHERE id = ?"), {conversation});
    if (!first)
        return first.takeError();
    if (first->next())
        tree.shown.insert(0, first->value(0).toLongLong());
    return branchOf(tree);
}

Result<qint64> MessageTable::lastShown(qint64 conversation) const
{
    // A child's id is greater than its parent's, so this ends in any file.
    auto query = m_file.run(cannotRead(),
                            QStringLiteral("WITH RECURSIVE branch(id) AS ("
                                           "SELECT shown_child FROM conversations WHERE id = ? AND shown_child IS NOT NULL "
                                           "UNION ALL SELECT m.shown_child FROM messages m JOIN branch b ON m.id = b.id "
                                           "WHERE m.shown_child > m.id) SELECT max(id) FROM branch"),
                            {conversation});
    if (!query)
        return query.takeError();
    return query->next() ? query->value(0).toLongLong() : 0;
}

Result<StoredMessage> MessageTable::insert(StoredMessage message) const
{
    message.created = QDateTime::fromMSecsSinceEpoch(QDateTime::currentMSecsSinceEpoch());
    auto query = m_file.run(cannotSave(),
                            QStringLiteral("INSERT INTO messages (conversation, role, state, text, spaced, model, created, parent) "
                                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
                            {message.conversation, int(message.role), int(message.state), notNull(message.text),
                             textOrNull(spacedText(message.text)), notNull(message.model), message.created.toMSecsSinceEpoch(),
                             numberOrNull(message.parent)});
    if (!query)
        return query.takeError();
    message.id = query->lastInsertId().toLongLong();
    for (int i = 0; i < message.images.size(); ++i) {
        auto image = m_file.run(cannotSave(), QStringLiteral("INSERT INTO message_images (message, position, hash) VALUES (?, ?, ?)"),
                                {message.id, i, message.images[i]});
        if (!image)
            return image.takeError();
    }
    if (auto shown = setShown(message.conversation, message.parent, message.id); !shown)
        return shown.takeError();
    auto siblings = m_file.run(cannotSave(), QStringLiteral("SELECT id FROM messages WHERE conversation = ? AND parent IS ? ORDER BY id"),
                               {message.conversation, numberOrNull(message.parent)});
    if (!siblings)
        return siblings.takeError();
    while (siblings->next())
        message.siblings.append(siblings->value(0).toLongLong());
    return message;
}

Result<qint64> MessageTable::parentOf(qint64 message) const
{
    auto query = m_file.run(cannotRead(), QStringLiteral("SELECT parent FROM messages WHERE id = ?"), {message});
    if (!query)
        return query.takeError();
    if (!query->next())
        return failure(engine::ErrorCode::kInvalidRequest,
                       QCoreApplication::translate("ConversationStore", "%1: its conversation was removed.").arg(cannotSave()));
    return query->value(0).toLongLong();
}

Result<Done> MessageTable::setShown(qint64 conversation, qint64 parent, qint64 child) const
{
    const bool first = parent == 0;
    auto query = m_file.run(cannotSave(),
                            first ? QStringLiteral("UPDATE conversations SET shown_child = ? WHERE id = ?")
                                  : QStringLiteral("UPDATE messages SET shown_child = ? WHERE id = ?"),
                            {child, first ? conversation : parent});
    if (!query)
        return query.takeError();
    return Done{};
}

Result<Done> MessageTable::show(qint64 message) const
{
    auto query = m_file.run(cannotRead(), QStringLiteral("SELECT conversation, parent FROM messages WHERE id = ?"), {message});
    if (!query)
        return query.takeError();
    if (!query->next())
        return Done{};
    return setShown(query->value(0).toLongLong(), query->value(1).toLongLong(), message);
}

Result<Done> MessageTable::reveal(qint64 message) const
{
    for (qint64 id = message; id != 0;) {
        if (auto shown = show(id); !shown)
            return shown;
        auto parent = parentOf(id);
        if (!parent)
            return parent.takeError();
        id = *parent < id ? *parent : 0; // a parent is older; else the file is damaged, and this would not end
    }
    return Done{};
}

Result<Done> MessageTable::update(const StoredMessage &answer) const
{
    const QString what = QCoreApplication::translate("ConversationStore", "The answer could not be saved");
    // While it grows nobody searches in it; at its end it comes into the index.
    const QString spaced = answer.state == MessageState::kStreaming ? QString() : spacedText(answer.text);
    auto query =
        m_file.run(what, QStringLiteral("UPDATE messages SET state = ?, text = ?, spaced = ?, chart = ?, statistics = ? WHERE id = ?"),
                   {int(answer.state), notNull(answer.text), textOrNull(spaced), answer.chart, answer.statistics, answer.id});
    if (!query)
        return query.takeError();
    if (query->numRowsAffected() == 0)
        return failure(engine::ErrorCode::kInvalidRequest,
                       QCoreApplication::translate("ConversationStore", "%1: its conversation was removed.").arg(what));
    return Done{};
}

} // namespace conclave::app
