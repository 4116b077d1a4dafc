#include "app/store/conversation_store.h"

#include "app/store/database_file.h"
#include "app/store/image_files.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QHash>

namespace conclave::app
{
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

qint64 now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

QDateTime timeOf(const QVariant &milliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(milliseconds.toLongLong());
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

} // namespace

struct ConversationStore::Impl
{
    std::unique_ptr<DatabaseFile> file;
    ImageFiles images;

    Result<Conversation> insertConversation(const QString &title) const;
    Result<StoredMessage> insert(StoredMessage message) const;
    Result<StoredMessage> insertQuestion(StoredMessage message, const QString &newTitle) const;
    Result<Done> touch(qint64 conversation) const;
    Result<QHash<qint64, QVector<QString>>> imagesOf(qint64 conversation) const;
};

ConversationStore::ConversationStore(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

ConversationStore::~ConversationStore() = default;

Result<std::unique_ptr<ConversationStore>> ConversationStore::open(const QString &folder)
{
    auto file = DatabaseFile::open(folder);
    if (!file)
        return file.takeError();
    auto impl = std::make_unique<Impl>(Impl{std::move(*file), ImageFiles(folder + QStringLiteral("/images"))});
    // What still streams was left by a program that is gone; while it runs, it holds the lock.
    if (impl->file->isOwner()) {
        auto recovered = impl->file->run(QCoreApplication::translate("ConversationStore", "Your conversations could not be opened"),
                                         QStringLiteral("UPDATE messages SET state = ? WHERE state = ?"),
                                         {int(MessageState::kInterrupted), int(MessageState::kStreaming)});
        if (!recovered)
            return recovered.takeError();
    }
    return std::unique_ptr<ConversationStore>(new ConversationStore(std::move(impl)));
}

QString ConversationStore::notice() const
{
    return m_impl->file->notice();
}

Result<QVector<Conversation>> ConversationStore::conversations() const
{
    auto query = m_impl->file->run(QCoreApplication::translate("ConversationStore", "The list of conversations could not be read"),
                                   QStringLiteral("SELECT id, title, created, changed FROM conversations ORDER BY changed DESC, id DESC"));
    if (!query)
        return query.takeError();
    QVector<Conversation> out;
    while (query->next())
        out.append({query->value(0).toLongLong(), query->value(1).toString(), timeOf(query->value(2)), timeOf(query->value(3))});
    return out;
}

Result<Conversation> ConversationStore::createConversation(const QString &title)
{
    return m_impl->insertConversation(title);
}

Result<Conversation> ConversationStore::Impl::insertConversation(const QString &title) const
{
    const qint64 time = now();
    auto query =
        file->run(QCoreApplication::translate("ConversationStore", "The conversation could not be begun"),
                  QStringLiteral("INSERT INTO conversations (title, created, changed) VALUES (?, ?, ?)"), {notNull(title), time, time});
    if (!query)
        return query.takeError();
    return Conversation{query->lastInsertId().toLongLong(), title, timeOf(time), timeOf(time)};
}

Result<Done> ConversationStore::renameConversation(qint64 id, const QString &title)
{
    auto query = m_impl->file->run(QCoreApplication::translate("ConversationStore", "The conversation could not be renamed"),
                                   QStringLiteral("UPDATE conversations SET title = ? WHERE id = ?"), {notNull(title), id});
    if (!query)
        return query.takeError();
    return Done{};
}

Result<Done> ConversationStore::removeConversation(qint64 id)
{
    const QString what = QCoreApplication::translate("ConversationStore", "The conversation could not be removed");
    QVector<QString> orphans;
    auto removed = m_impl->file->transaction(what, [&]() -> Result<Done> {
        auto hashes =
            m_impl->file->run(what,
                              QStringLiteral("SELECT DISTINCT hash FROM message_images i JOIN messages m ON m.id = i.message "
                                             "WHERE m.conversation = ? AND NOT EXISTS (SELECT 1 FROM message_images j JOIN messages n "
                                             "ON n.id = j.message WHERE j.hash = i.hash AND n.conversation <> m.conversation)"),
                              {id});
        if (!hashes)
            return hashes.takeError();
        while (hashes->next())
            orphans.append(hashes->value(0).toString());
        hashes->finish();
        auto query = m_impl->file->run(what, QStringLiteral("DELETE FROM conversations WHERE id = ?"), {id});
        if (!query)
            return query.takeError();
        return Done{};
    });
    // Only after the commit: a file too many does no harm, one too few would.
    if (removed)
        for (const QString &hash : orphans)
            m_impl->images.remove(hash);
    return removed;
}

Result<QHash<qint64, QVector<QString>>> ConversationStore::Impl::imagesOf(qint64 conversation) const
{
    auto query = file->run(cannotRead(),
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

Result<QVector<StoredMessage>> ConversationStore::messages(qint64 conversation) const
{
    auto hashes = m_impl->imagesOf(conversation);
    if (!hashes)
        return hashes.takeError();
    auto query = m_impl->file->run(cannotRead(),
                                   QStringLiteral("SELECT id, role, state, text, chart, statistics, model, created FROM messages "
                                                  "WHERE conversation = ? ORDER BY id"),
                                   {conversation});
    if (!query)
        return query.takeError();
    QVector<StoredMessage> out;
    while (query->next()) {
        StoredMessage message;
        message.id = query->value(0).toLongLong();
        message.conversation = conversation;
        message.role = enumOf(query->value(1), MessageRole::kNotice, MessageRole::kNotice);
        message.state = enumOf(query->value(2), MessageState::kFailed, MessageState::kFailed);
        message.text = query->value(3).toString();
        message.chart = query->value(4).toByteArray();
        message.statistics = query->value(5).toByteArray();
        message.images = hashes->value(message.id);
        message.model = query->value(6).toString();
        message.created = timeOf(query->value(7));
        out.append(message);
    }
    return out;
}

Result<StoredMessage> ConversationStore::Impl::insert(StoredMessage message) const
{
    message.created = timeOf(now());
    auto query = file->run(
        cannotSave(), QStringLiteral("INSERT INTO messages (conversation, role, state, text, model, created) VALUES (?, ?, ?, ?, ?, ?)"),
        {message.conversation, int(message.role), int(message.state), notNull(message.text), notNull(message.model),
         message.created.toMSecsSinceEpoch()});
    if (!query)
        return query.takeError();
    message.id = query->lastInsertId().toLongLong();
    for (int i = 0; i < message.images.size(); ++i) {
        auto image = file->run(cannotSave(), QStringLiteral("INSERT INTO message_images (message, position, hash) VALUES (?, ?, ?)"),
                               {message.id, i, message.images[i]});
        if (!image)
            return image.takeError();
    }
    if (auto touched = touch(message.conversation); !touched)
        return touched.takeError();
    return message;
}

Result<Done> ConversationStore::Impl::touch(qint64 conversation) const
{
    auto query = file->run(cannotSave(), QStringLiteral("UPDATE conversations SET changed = ? WHERE id = ?"), {now(), conversation});
    if (!query)
        return query.takeError();
    return Done{};
}

namespace
{

StoredMessage question(qint64 conversation, const QString &text, const QVector<QString> &images)
{
    StoredMessage message;
    message.conversation = conversation;
    message.text = text;
    message.images = images;
    return message;
}

StoredMessage emptyAnswer(qint64 conversation, const QString &model)
{
    StoredMessage message;
    message.conversation = conversation;
    message.role = MessageRole::kAssistant;
    message.state = MessageState::kStreaming;
    message.model = model;
    return message;
}

} // namespace

Result<StoredMessage> ConversationStore::Impl::insertQuestion(StoredMessage message, const QString &newTitle) const
{
    if (message.conversation == 0) {
        auto conversation = insertConversation(newTitle);
        if (!conversation)
            return conversation.takeError();
        message.conversation = conversation->id;
    }
    return insert(message);
}

Result<ConversationStore::Turn> ConversationStore::beginTurn(qint64 conversation, const QString &text, const QVector<QString> &images,
                                                             const QString &model, const QString &newTitle)
{
    return m_impl->file->transaction(cannotSave(), [&]() -> Result<Turn> {
        auto asked = m_impl->insertQuestion(question(conversation, text, images), newTitle);
        if (!asked)
            return asked.takeError();
        auto answer = m_impl->insert(emptyAnswer(asked->conversation, model));
        if (!answer)
            return answer.takeError();
        return Turn{*asked, *answer};
    });
}

Result<StoredMessage> ConversationStore::addQuestion(qint64 conversation, const QString &text, const QVector<QString> &images,
                                                     const QString &newTitle)
{
    return m_impl->file->transaction(cannotSave(), [&] { return m_impl->insertQuestion(question(conversation, text, images), newTitle); });
}

Result<StoredMessage> ConversationStore::beginAnswer(qint64 conversation, const QString &model)
{
    return m_impl->file->transaction(cannotSave(), [&] { return m_impl->insert(emptyAnswer(conversation, model)); });
}

Result<StoredMessage> ConversationStore::addNotice(qint64 conversation, const QString &text)
{
    StoredMessage notice;
    notice.conversation = conversation;
    notice.role = MessageRole::kNotice;
    notice.text = text;
    return m_impl->file->transaction(cannotSave(), [&] { return m_impl->insert(notice); });
}

Result<Done> ConversationStore::updateAnswer(const StoredMessage &answer)
{
    const QString what = QCoreApplication::translate("ConversationStore", "The answer could not be saved");
    return m_impl->file->transaction(what, [&]() -> Result<Done> {
        auto query =
            m_impl->file->run(what, QStringLiteral("UPDATE messages SET state = ?, text = ?, chart = ?, statistics = ? WHERE id = ?"),
                              {int(answer.state), notNull(answer.text), answer.chart, answer.statistics, answer.id});
        if (!query)
            return query.takeError();
        if (query->numRowsAffected() == 0)
            return failure(engine::ErrorCode::kInvalidRequest,
                           QCoreApplication::translate("ConversationStore", "%1: its conversation was removed.").arg(what));
        return Done{};
    });
}

Result<QString> ConversationStore::keepImage(const QByteArray &fileBytes)
{
    return m_impl->images.keep(fileBytes);
}

QString ConversationStore::imagePath(const QString &hash) const
{
    return m_impl->images.path(hash);
}

} // namespace conclave::app
