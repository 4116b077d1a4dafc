#include "app/store/message_table.h"

#include "app/store/search_text.h"
#include "app/store/sql_failure.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QHash>
#include <QSet>

namespace conclave::app
{

using engine::Done;
using engine::Result;

namespace
{

/// Numbers from the file are not trusted to be values of the enum.
template <typename Enum>
Enum enumOf(const QVariant &value, Enum last, Enum otherwise)
{
    const int number = value.toInt();
    return number >= 0 && number <= int(last) ? Enum(number) : otherwise;
}

QVariant numberOrNull(qint64 id)
{
    return id == 0 ? QVariant() : QVariant(id);
}

QVariant textOrNull(const QString &text)
{
    return text.isNull() ? QVariant() : QVariant(text);
}

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
    message.reasoning = row.value(10).toString();
    message.reasoningTime = row.value(11).toLongLong();
    message.toolCalls = row.value(12).toString().toUtf8();
    message.receipt = row.value(13).toByteArray();
    return message;
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

Result<QHash<qint64, QVector<StoredDocument>>> MessageTable::documentsOf(qint64 conversation) const
{
    auto query = m_file.run(cannotRead(),
                            QStringLiteral("SELECT d.message, d.hash, d.name, d.kind, d.parts, d.text FROM message_documents d "
                                           "JOIN messages m ON m.id = d.message WHERE m.conversation = ? ORDER BY d.message, d.position"),
                            {conversation});
    if (!query)
        return query.takeError();
    QHash<qint64, QVector<StoredDocument>> out;
    while (query->next())
        out[query->value(0).toLongLong()].append({query->value(1).toString(), query->value(2).toString(),
                                                  enumOf(query->value(3), DocumentKind::kPdf, DocumentKind::kText),
                                                  query->value(4).toString(), query->value(5).toString()});
    return out;
}

Result<ConversationTree> MessageTable::tree(qint64 conversation) const
{
    auto hashes = imagesOf(conversation);
    if (!hashes)
        return hashes.takeError();
    auto documents = documentsOf(conversation);
    if (!documents)
        return documents.takeError();
    auto query = m_file.run(cannotRead(),
                            QStringLiteral("SELECT id, role, state, text, chart, statistics, model, created, parent, shown_child, "
                                           "reasoning, reasoning_time, tool_calls, receipt "
                                           "FROM messages WHERE conversation = ? ORDER BY id"),
                            {conversation});
    if (!query)
        return query.takeError();
    ConversationTree tree;
    QSet<qint64> known;
    while (query->next()) {
        StoredMessage message = messageOf(*query, conversation);
        message.images = hashes->value(message.id);
        message.documents = documents->value(message.id);
        if (!known.contains(message.parent))
            message.parent = 0; // of another conversation, or a circle: only a damaged file has that
        known.insert(message.id);
        tree.shown.insert(message.id, query->value(9).toLongLong());
        tree.messages.append(message);
    }
    auto first = m_file.run(cannotRead(), QStringLiteral("SELECT shown_child FROM conversations WHERE id = ?"), {conversation});
    if (!first)
        return first.takeError();
    if (first->next())
        tree.shown.insert(0, first->value(0).toLongLong());
    return tree;
}

Result<QVector<StoredMessage>> MessageTable::shownBranch(qint64 conversation) const
{
    auto tree = this->tree(conversation);
    if (!tree)
        return tree.takeError();
    return shownBranchOf(*tree);
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

Result<qint64> MessageTable::insertRow(const StoredMessage &message) const
{
    auto query = m_file.run(
        cannotSave(),
        QStringLiteral("INSERT INTO messages (conversation, role, state, text, spaced, chart, statistics, model, created, "
                       "parent, reasoning, reasoning_time, tool_calls, receipt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        {message.conversation, int(message.role), int(message.state), notNull(message.text), textOrNull(spacedText(message.text)),
         message.chart, message.statistics, notNull(message.model), message.created.toMSecsSinceEpoch(), numberOrNull(message.parent),
         notNull(message.reasoning), message.reasoningTime, notNull(QString::fromUtf8(message.toolCalls)), message.receipt});
    if (!query)
        return query.takeError();
    const qint64 id = query->lastInsertId().toLongLong();
    if (auto attached = insertAttached(id, message); !attached)
        return attached.takeError();
    return id;
}

Result<Done> MessageTable::insertTree(qint64 conversation, const ConversationTree &tree) const
{
    QHash<qint64, qint64> newIds{{0, 0}};
    for (StoredMessage message : tree.messages) {
        const qint64 before = message.id;
        message.conversation = conversation;
        message.parent = newIds.value(message.parent);
        auto id = insertRow(message);
        if (!id)
            return id.takeError();
        newIds.insert(before, *id);
    }
    for (auto shown = tree.shown.constBegin(); shown != tree.shown.constEnd(); ++shown) {
        const qint64 child = newIds.value(shown.value());
        if (child == 0 || !newIds.contains(shown.key()))
            continue;
        if (auto set = setShown(conversation, newIds.value(shown.key()), child); !set)
            return set;
    }
    return Done{};
}

Result<StoredMessage> MessageTable::insert(StoredMessage message) const
{
    message.created = QDateTime::fromMSecsSinceEpoch(QDateTime::currentMSecsSinceEpoch());
    auto id = insertRow(message);
    if (!id)
        return id.takeError();
    message.id = *id;
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

Result<Done> MessageTable::insertAttached(qint64 id, const StoredMessage &message) const
{
    for (int i = 0; i < message.images.size(); ++i) {
        auto image = m_file.run(cannotSave(), QStringLiteral("INSERT INTO message_images (message, position, hash) VALUES (?, ?, ?)"),
                                {id, i, message.images[i]});
        if (!image)
            return image.takeError();
    }
    for (int i = 0; i < message.documents.size(); ++i) {
        const StoredDocument &document = message.documents[i];
        auto row =
            m_file.run(cannotSave(),
                       QStringLiteral("INSERT INTO message_documents (message, position, hash, name, kind, parts, text) "
                                      "VALUES (?, ?, ?, ?, ?, ?, ?)"),
                       {id, i, document.hash, notNull(document.name), int(document.kind), notNull(document.parts), notNull(document.text)});
        if (!row)
            return row.takeError();
    }
    return Done{};
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
        m_file.run(what,
                   QStringLiteral("UPDATE messages SET state = ?, text = ?, spaced = ?, chart = ?, statistics = ?, reasoning = ?, "
                                  "reasoning_time = ?, tool_calls = ?, receipt = ? WHERE id = ?"),
                   {int(answer.state), notNull(answer.text), textOrNull(spaced), answer.chart, answer.statistics, notNull(answer.reasoning),
                    answer.reasoningTime, notNull(QString::fromUtf8(answer.toolCalls)), answer.receipt, answer.id});
    if (!query)
        return query.takeError();
    if (query->numRowsAffected() == 0)
        return failure(engine::ErrorCode::kInvalidRequest,
                       QCoreApplication::translate("ConversationStore", "%1: its conversation was removed.").arg(what));
    return Done{};
}

} // namespace conclave::app
