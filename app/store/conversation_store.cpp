#include "app/store/conversation_store.h"

#include "app/store/content_files.h"
#include "app/store/database_file.h"
#include "app/store/draft_table.h"
#include "app/store/message_table.h"
#include "app/store/sql_failure.h"

#include <QCoreApplication>

namespace conclave::app
{
namespace
{

QString cannotChange()
{
    return QCoreApplication::translate("ConversationStore", "The conversation could not be changed");
}

QString cannotChangeFolder()
{
    return QCoreApplication::translate("ConversationStore", "The folder could not be changed");
}

QString cannotSaveSettings()
{
    return QCoreApplication::translate("ConversationStore", "The settings could not be saved");
}

qint64 now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

StoredMessage question(qint64 conversation, const QString &text, const QVector<QString> &images, const QVector<StoredDocument> &documents)
{
    StoredMessage message;
    message.conversation = conversation;
    message.text = text;
    message.images = images;
    message.documents = documents;
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

struct ConversationStore::Impl
{
    std::unique_ptr<DatabaseFile> file;
    ContentFiles images;
    ContentFiles documents;
    MessageTable messages;
    DraftTable drafts;

    Result<Done> recover() const;
    Result<Done> change(const QString &what, const QString &statement, const QVariantList &values) const;
    Result<Conversation> insertConversation(const QString &title) const;
    Result<StoredMessage> insert(StoredMessage message, qint64 insteadOf) const;
    Result<StoredMessage> insertQuestion(StoredMessage message, const QString &newTitle, qint64 insteadOf) const;
    Result<QVector<qint64>> longDeleted() const;
    Result<bool> isNeeded(const QString &hash) const;
    Result<QVector<QString>> ownFiles(const QString &what, const QString &table, qint64 conversation) const;
};

ConversationStore::ConversationStore(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}

ConversationStore::~ConversationStore() = default;

Result<std::unique_ptr<ConversationStore>> ConversationStore::open(const QString &folder)
{
    auto file = DatabaseFile::open(folder);
    if (!file)
        return file.takeError();
    const DatabaseFile &opened = **file;
    auto impl = std::make_unique<Impl>(Impl{std::move(*file), ContentFiles(folder + QStringLiteral("/images")),
                                            ContentFiles(folder + QStringLiteral("/documents")), MessageTable(opened), DraftTable(opened)});
    std::unique_ptr<ConversationStore> store(new ConversationStore(std::move(impl)));
    if (!opened.isOwner() || opened.isReadOnly())
        return store;
    if (auto recovered = store->m_impl->recover(); !recovered)
        return recovered.takeError();
    auto old = store->m_impl->longDeleted();
    if (!old)
        return old.takeError();
    for (const qint64 id : *old) {
        if (auto removed = store->removeConversation(id); !removed)
            return removed.takeError();
    }
    return store;
}

/// What still streams was left by a program that is gone; while it runs, it holds the lock.
Result<Done> ConversationStore::Impl::recover() const
{
    return change(QCoreApplication::translate("ConversationStore", "Your conversations could not be opened"),
                  QStringLiteral("UPDATE messages SET state = ? WHERE state = ?"),
                  {int(MessageState::kInterrupted), int(MessageState::kStreaming)});
}

Result<QVector<qint64>> ConversationStore::Impl::longDeleted() const
{
    auto query = file->run(QCoreApplication::translate("ConversationStore", "The list of conversations could not be read"),
                           QStringLiteral("SELECT id FROM conversations WHERE deleted < ?"), {now() - kKeepDeleted});
    if (!query)
        return query.takeError();
    QVector<qint64> out;
    while (query->next())
        out.append(query->value(0).toLongLong());
    return out;
}

Result<Done> ConversationStore::Impl::change(const QString &what, const QString &statement, const QVariantList &values) const
{
    auto query = file->run(what, statement, values);
    if (!query)
        return query.takeError();
    return Done{};
}

QString ConversationStore::notice() const
{
    return m_impl->file->notice();
}

bool ConversationStore::isReadOnly() const
{
    return m_impl->file->isReadOnly();
}

const QString &ConversationStore::folder() const
{
    return m_impl->file->folder();
}

Result<QVector<Conversation>> ConversationStore::conversations() const
{
    auto query = m_impl->file->run(QCoreApplication::translate("ConversationStore", "The list of conversations could not be read"),
                                   QStringLiteral("SELECT id, title, created, changed, folder, pinned, archived FROM conversations "
                                                  "WHERE deleted IS NULL ORDER BY changed DESC, id DESC"));
    if (!query)
        return query.takeError();
    QVector<Conversation> out;
    while (query->next())
        out.append({query->value(0).toLongLong(), query->value(1).toString(), timeOf(query->value(2)), timeOf(query->value(3)),
                    query->value(4).toLongLong(), query->value(5).toBool(), query->value(6).toBool()});
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
    return m_impl->change(QCoreApplication::translate("ConversationStore", "The conversation could not be renamed"),
                          QStringLiteral("UPDATE conversations SET title = ? WHERE id = ?"), {notNull(title), id});
}

Result<Done> ConversationStore::setPinned(qint64 id, bool pinned)
{
    return m_impl->change(cannotChange(), QStringLiteral("UPDATE conversations SET pinned = ? WHERE id = ?"), {int(pinned), id});
}

Result<Done> ConversationStore::setArchived(qint64 id, bool archived)
{
    return m_impl->change(cannotChange(), QStringLiteral("UPDATE conversations SET archived = ? WHERE id = ?"), {int(archived), id});
}

Result<Done> ConversationStore::moveToFolder(qint64 id, qint64 folder)
{
    return m_impl->change(cannotChange(), QStringLiteral("UPDATE conversations SET folder = ? WHERE id = ?"),
                          {folder == 0 ? QVariant() : QVariant(folder), id});
}

Result<Done> ConversationStore::deleteConversation(qint64 id)
{
    return m_impl->change(QCoreApplication::translate("ConversationStore", "The conversation could not be removed"),
                          QStringLiteral("UPDATE conversations SET deleted = ? WHERE id = ?"), {now(), id});
}

Result<Done> ConversationStore::restoreConversation(qint64 id)
{
    return m_impl->change(cannotChange(), QStringLiteral("UPDATE conversations SET deleted = NULL WHERE id = ?"), {id});
}

/// Files of `table` that no other conversation shows.
Result<QVector<QString>> ConversationStore::Impl::ownFiles(const QString &what, const QString &table, qint64 conversation) const
{
    auto hashes = file->run(what,
                            QStringLiteral("SELECT DISTINCT hash FROM %1 i JOIN messages m ON m.id = i.message "
                                           "WHERE m.conversation = ? AND NOT EXISTS (SELECT 1 FROM %1 j JOIN messages n "
                                           "ON n.id = j.message WHERE j.hash = i.hash AND n.conversation <> m.conversation)")
                                .arg(table),
                            {conversation});
    if (!hashes)
        return hashes.takeError();
    QVector<QString> out;
    while (hashes->next())
        out.append(hashes->value(0).toString());
    return out;
}

/// Whether a message or a draft shows the kept file.
Result<bool> ConversationStore::Impl::isNeeded(const QString &hash) const
{
    auto query = file->run(QCoreApplication::translate("ConversationStore", "The conversation could not be changed"),
                           QStringLiteral("SELECT EXISTS (SELECT 1 FROM message_images WHERE hash = ?) OR EXISTS (SELECT 1 FROM "
                                          "message_documents WHERE hash = ?) OR EXISTS (SELECT 1 FROM draft_files WHERE hash = ?)"),
                           {hash, hash, hash});
    if (!query)
        return query.takeError();
    return query->next() && query->value(0).toBool();
}

Result<Done> ConversationStore::removeConversation(qint64 id)
{
    const QString what = QCoreApplication::translate("ConversationStore", "The conversation could not be removed");
    QVector<QString> images;
    QVector<QString> documents;
    auto removed = m_impl->file->transaction(what, [&]() -> Result<Done> {
        for (auto &[table, files] :
             {std::pair(QStringLiteral("message_images"), &images), std::pair(QStringLiteral("message_documents"), &documents)}) {
            auto own = m_impl->ownFiles(what, table, id);
            if (!own)
                return own.takeError();
            *files = *own;
        }
        if (auto draft = m_impl->change(what, QStringLiteral("DELETE FROM drafts WHERE conversation = ?"), {id}); !draft)
            return draft;
        auto attached = m_impl->drafts.files(id);
        if (!attached)
            return attached.takeError();
        for (const DraftFile &file : std::as_const(*attached))
            (file.picture ? images : documents).append(file.hash);
        if (auto files = m_impl->change(what, QStringLiteral("DELETE FROM draft_files WHERE conversation = ?"), {id}); !files)
            return files;
        return m_impl->change(what, QStringLiteral("DELETE FROM conversations WHERE id = ?"), {id});
    });
    if (!removed)
        return removed;
    // Only after the commit: a file too many does no harm, one too few would.
    for (const auto &[hashes, kept] : {std::pair(&images, &m_impl->images), std::pair(&documents, &m_impl->documents)}) {
        for (const QString &hash : std::as_const(*hashes)) {
            if (auto needed = m_impl->isNeeded(hash); needed && !*needed)
                kept->remove(hash);
        }
    }
    return removed;
}

Result<QVector<Folder>> ConversationStore::folders() const
{
    auto query = m_impl->file->run(QCoreApplication::translate("ConversationStore", "The list of conversations could not be read"),
                                   QStringLiteral("SELECT id, name FROM folders ORDER BY name COLLATE NOCASE, id"));
    if (!query)
        return query.takeError();
    QVector<Folder> out;
    while (query->next())
        out.append({query->value(0).toLongLong(), query->value(1).toString()});
    return out;
}

Result<Folder> ConversationStore::createFolder(const QString &name)
{
    auto query = m_impl->file->run(cannotChangeFolder(), QStringLiteral("INSERT INTO folders (name) VALUES (?)"), {notNull(name)});
    if (!query)
        return query.takeError();
    return Folder{query->lastInsertId().toLongLong(), name};
}

Result<Done> ConversationStore::renameFolder(qint64 id, const QString &name)
{
    return m_impl->change(cannotChangeFolder(), QStringLiteral("UPDATE folders SET name = ? WHERE id = ?"), {notNull(name), id});
}

Result<Done> ConversationStore::removeFolder(qint64 id)
{
    return m_impl->change(cannotChangeFolder(), QStringLiteral("DELETE FROM folders WHERE id = ?"), {id});
}

Result<QString> ConversationStore::draft(qint64 conversation) const
{
    return m_impl->drafts.text(conversation);
}

Result<Done> ConversationStore::saveDraft(qint64 conversation, const QString &text)
{
    return m_impl->drafts.saveText(conversation, text);
}

Result<QVector<DraftFile>> ConversationStore::draftFiles(qint64 conversation) const
{
    return m_impl->drafts.files(conversation);
}

Result<Done> ConversationStore::saveDraftFiles(qint64 conversation, const QVector<DraftFile> &files)
{
    auto before = m_impl->drafts.files(conversation);
    if (!before)
        return before.takeError();
    if (*before == files)
        return Done{};
    if (auto saved = m_impl->drafts.saveFiles(conversation, files); !saved)
        return saved;
    for (const DraftFile &file : std::as_const(*before)) {
        auto needed = m_impl->isNeeded(file.hash);
        if (!needed)
            return needed.takeError();
        if (!*needed)
            (file.picture ? m_impl->images : m_impl->documents).remove(file.hash);
    }
    return Done{};
}

Result<QByteArray> ConversationStore::settings(qint64 conversation) const
{
    auto query = m_impl->file->run(QCoreApplication::translate("ConversationStore", "The conversation could not be read"),
                                   QStringLiteral("SELECT settings FROM conversations WHERE id = ?"), {conversation});
    if (!query)
        return query.takeError();
    return query->next() ? query->value(0).toString().toUtf8() : QByteArray();
}

Result<Done> ConversationStore::saveSettings(qint64 conversation, const QByteArray &json)
{
    return m_impl->change(cannotSaveSettings(), QStringLiteral("UPDATE conversations SET settings = ? WHERE id = ?"),
                          {notNull(QString::fromUtf8(json)), conversation});
}

Result<QVector<ConversationStore::Preset>> ConversationStore::presets() const
{
    auto query = m_impl->file->run(QCoreApplication::translate("ConversationStore", "The presets could not be read"),
                                   QStringLiteral("SELECT name, settings FROM presets ORDER BY name COLLATE NOCASE"));
    if (!query)
        return query.takeError();
    QVector<Preset> out;
    while (query->next())
        out.append({query->value(0).toString(), query->value(1).toString().toUtf8()});
    return out;
}

Result<Done> ConversationStore::savePreset(const Preset &preset)
{
    return m_impl->change(cannotSaveSettings(), QStringLiteral("INSERT OR REPLACE INTO presets (name, settings) VALUES (?, ?)"),
                          {notNull(preset.name), notNull(QString::fromUtf8(preset.settings))});
}

Result<Done> ConversationStore::removePreset(const QString &name)
{
    return m_impl->change(cannotSaveSettings(), QStringLiteral("DELETE FROM presets WHERE name = ?"), {notNull(name)});
}

Result<QVector<SearchHit>> ConversationStore::search(const QString &typed) const
{
    return MessageSearch(*m_impl->file).find(typed);
}

Result<qint64> ConversationStore::toldFrom(qint64 conversation) const
{
    auto query = m_impl->file->run(QCoreApplication::translate("ConversationStore", "The conversation could not be read"),
                                   QStringLiteral("SELECT told_from FROM conversations WHERE id = ?"), {conversation});
    if (!query)
        return query.takeError();
    return query->next() ? query->value(0).toLongLong() : 0;
}

Result<Done> ConversationStore::setToldFrom(qint64 conversation, qint64 message)
{
    return m_impl->change(cannotChange(), QStringLiteral("UPDATE conversations SET told_from = ? WHERE id = ?"),
                          {message == 0 ? QVariant() : QVariant(message), conversation});
}

Result<QVector<StoredMessage>> ConversationStore::messages(qint64 conversation) const
{
    return m_impl->messages.shownBranch(conversation);
}

Result<Done> ConversationStore::showMessage(qint64 message)
{
    return m_impl->messages.show(message);
}

Result<Done> ConversationStore::revealMessage(qint64 message)
{
    return m_impl->file->transaction(cannotChange(), [&] { return m_impl->messages.reveal(message); });
}

Result<StoredMessage> ConversationStore::Impl::insert(StoredMessage message, qint64 insteadOf) const
{
    auto parent = insteadOf != 0 ? messages.parentOf(insteadOf) : messages.lastShown(message.conversation);
    if (!parent)
        return parent.takeError();
    message.parent = *parent;
    auto inserted = messages.insert(message);
    if (!inserted)
        return inserted;
    if (auto touched =
            change(cannotSave(), QStringLiteral("UPDATE conversations SET changed = ? WHERE id = ?"), {now(), message.conversation});
        !touched)
        return touched.takeError();
    return inserted;
}

Result<StoredMessage> ConversationStore::Impl::insertQuestion(StoredMessage message, const QString &newTitle, qint64 insteadOf) const
{
    if (message.conversation == 0) {
        auto conversation = insertConversation(newTitle);
        if (!conversation)
            return conversation.takeError();
        message.conversation = conversation->id;
    }
    return insert(message, insteadOf);
}

Result<ConversationStore::Turn> ConversationStore::beginTurn(qint64 conversation, const QString &text, const QVector<QString> &images,
                                                             const QString &model, const QString &newTitle, qint64 insteadOf,
                                                             const QVector<StoredDocument> &documents)
{
    return m_impl->file->transaction(cannotSave(), [&]() -> Result<Turn> {
        auto asked = m_impl->insertQuestion(question(conversation, text, images, documents), newTitle, insteadOf);
        if (!asked)
            return asked.takeError();
        auto answer = m_impl->insert(emptyAnswer(asked->conversation, model), 0);
        if (!answer)
            return answer.takeError();
        return Turn{*asked, *answer};
    });
}

Result<StoredMessage> ConversationStore::addQuestion(qint64 conversation, const QString &text, const QVector<QString> &images,
                                                     const QString &newTitle, qint64 insteadOf, const QVector<StoredDocument> &documents)
{
    return m_impl->file->transaction(
        cannotSave(), [&] { return m_impl->insertQuestion(question(conversation, text, images, documents), newTitle, insteadOf); });
}

Result<StoredMessage> ConversationStore::beginAnswer(qint64 conversation, const QString &model, qint64 insteadOf)
{
    return m_impl->file->transaction(cannotSave(), [&] { return m_impl->insert(emptyAnswer(conversation, model), insteadOf); });
}

Result<Done> ConversationStore::replaceReceipt(qint64 message, const QByteArray &before, const QByteArray &receipt)
{
    return m_impl->change(cannotSave(), QStringLiteral("UPDATE messages SET receipt = ? WHERE id = ? AND receipt = ?"),
                          {receipt, message, before});
}

Result<StoredMessage> ConversationStore::addNotice(qint64 conversation, const QString &text)
{
    StoredMessage notice;
    notice.conversation = conversation;
    notice.role = MessageRole::kNotice;
    notice.text = text;
    return m_impl->file->transaction(cannotSave(), [&] { return m_impl->insert(notice, 0); });
}

Result<Done> ConversationStore::updateAnswer(const StoredMessage &answer)
{
    const QString what = QCoreApplication::translate("ConversationStore", "The answer could not be saved");
    return m_impl->file->transaction(what, [&] { return m_impl->messages.update(answer); });
}

Result<ConversationTree> ConversationStore::tree(qint64 conversation) const
{
    auto all = conversations();
    auto tree = m_impl->messages.tree(conversation);
    auto chosen = settings(conversation);
    if (!all || !tree || !chosen)
        return !all ? all.takeError() : !tree ? tree.takeError() : chosen.takeError();
    for (const Conversation &one : *all) {
        if (one.id == conversation)
            tree->conversation = one;
    }
    tree->settings = *chosen;
    return tree;
}

Result<qint64> ConversationStore::addTree(const ConversationTree &tree, const QString &folder)
{
    const QString what = QCoreApplication::translate("ConversationStore", "The conversation could not be imported");
    return m_impl->file->transaction(what, [&]() -> Result<qint64> {
        qint64 inFolder = 0;
        if (!folder.isEmpty()) {
            auto known = m_impl->file->run(what, QStringLiteral("SELECT id FROM folders WHERE name = ?"), {folder});
            if (!known)
                return known.takeError();
            if (known->next()) {
                inFolder = known->value(0).toLongLong();
            } else {
                auto made = m_impl->file->run(what, QStringLiteral("INSERT INTO folders (name) VALUES (?)"), {folder});
                if (!made)
                    return made.takeError();
                inFolder = made->lastInsertId().toLongLong();
            }
        }
        const Conversation &one = tree.conversation;
        auto row = m_impl->file->run(
            what,
            QStringLiteral("INSERT INTO conversations (title, created, changed, folder, pinned, archived, settings) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?)"),
            {notNull(one.title), one.created.toMSecsSinceEpoch(), one.changed.toMSecsSinceEpoch(),
             inFolder == 0 ? QVariant() : QVariant(inFolder), one.pinned, one.archived, notNull(QString::fromUtf8(tree.settings))});
        if (!row)
            return row.takeError();
        const qint64 id = row->lastInsertId().toLongLong();
        if (auto inserted = m_impl->messages.insertTree(id, tree); !inserted)
            return inserted.takeError();
        return id;
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

Result<QString> ConversationStore::keepDocument(const QByteArray &fileBytes)
{
    return m_impl->documents.keep(fileBytes);
}

QString ConversationStore::documentPath(const QString &hash) const
{
    return m_impl->documents.path(hash);
}

} // namespace conclave::app
