#pragma once

#include "app/store/conversation_tree.h"
#include "app/store/message_search.h"
#include "app/store/records.h"
#include "engine/base/result.h"

#include <QByteArray>
#include <QString>
#include <QVector>

#include <memory>

/// Conversations on disk: SQLite through Qt Sql (WAL, foreign keys, numbered migrations), files of pictures and documents beside it by
/// content hash. One store object for each thread; it owns its connection. Every writing call is one transaction.
namespace conclave::app
{

using engine::Done;
using engine::Result;

class ConversationStore
{
public:
    /// Opens (creating and migrating as needed) `folder`/conclave.db. A corrupt file is moved aside as conclave.db.corrupt-DATE and a
    /// new one is begun; one written by a newer version is opened for reading only: `notice()` says so. Conversations deleted longer than
    /// kKeepDeleted ago are removed for good. Errors: kFileUnreadable (read-only or no access), kWriteFailed (disk full).
    static Result<std::unique_ptr<ConversationStore>> open(const QString &folder);
    ~ConversationStore();

    /// What the user should know about opening (a corrupt file was set aside); empty: nothing.
    QString notice() const;
    /// Of a newer version of the program: every writing call fails with kInvalidRequest and says why.
    bool isReadOnly() const;
    const QString &folder() const; ///< the place of conclave.db

    Result<QVector<Conversation>> conversations() const; ///< latest change first; archived ones too, deleted ones not
    Result<Conversation> createConversation(const QString &title);
    Result<Done> renameConversation(qint64 id, const QString &title);
    Result<Done> setPinned(qint64 id, bool pinned);
    Result<Done> setArchived(qint64 id, bool archived);
    Result<Done> moveToFolder(qint64 id, qint64 folder); ///< 0: out of its folder
    /// Hides a conversation; restoreConversation brings it back as it was, until it is removed for good.
    Result<Done> deleteConversation(qint64 id);
    Result<Done> restoreConversation(qint64 id);
    /// Removes it for good, with its pictures where no other conversation shows them.
    Result<Done> removeConversation(qint64 id);

    Result<QVector<Folder>> folders() const; ///< by name
    Result<Folder> createFolder(const QString &name);
    Result<Done> renameFolder(qint64 id, const QString &name);
    Result<Done> removeFolder(qint64 id); ///< its conversations stay

    /// What was typed and not sent yet. Conversation 0: the one that is not begun.
    Result<QString> draft(qint64 conversation) const;
    Result<Done> saveDraft(qint64 conversation, const QString &text);
    Result<QVector<DraftFile>> draftFiles(qint64 conversation) const;
    /// Kept files that nothing needs any longer are removed.
    Result<Done> saveDraftFiles(qint64 conversation, const QVector<DraftFile> &files);

    /// ChatSettings as JSON; empty: the usual ones.
    Result<QByteArray> settings(qint64 conversation) const;
    Result<Done> saveSettings(qint64 conversation, const QByteArray &json);
    struct Preset
    {
        QString name;
        QByteArray settings;
    };
    Result<QVector<Preset>> presets() const;       ///< by name
    Result<Done> savePreset(const Preset &preset); ///< in place of one of the same name
    Result<Done> removePreset(const QString &name);

    Result<QVector<SearchHit>> search(const QString &typed) const;

    /// A conversation with all versions of its turns, to take it elsewhere; and one from elsewhere as a new conversation, which comes into
    /// `folder` (made if there is none of that name; empty: none). Pictures are kept first, with keepImage.
    Result<ConversationTree> tree(qint64 conversation) const;
    Result<qint64> addTree(const ConversationTree &tree, const QString &folder);
    /// The message from which on the model is told the conversation; 0: from its beginning.
    Result<qint64> toldFrom(qint64 conversation) const;
    Result<Done> setToldFrom(qint64 conversation, qint64 message);

    /// The shown branch, in order.
    Result<QVector<StoredMessage>> messages(qint64 conversation) const;
    /// From now on `message` is what is shown among its siblings, and below it what was shown there last.
    Result<Done> showMessage(qint64 message);
    /// Shows the branch that `message` is on, from the beginning of its conversation.
    Result<Done> revealMessage(qint64 message);
    /// Saves the user's message and an empty streaming answer in one transaction, before any answer begins. Returns both ids filled in.
    /// Conversation 0 begins a new one under `newTitle` in the same transaction; its id is in the messages returned.
    /// They come at the end of the shown branch, or, given `insteadOf`, as a new version of that message.
    struct Turn
    {
        StoredMessage question;
        StoredMessage answer;
    };
    Result<Turn> beginTurn(qint64 conversation, const QString &text, const QVector<QString> &images, const QString &model,
                           const QString &newTitle = {}, qint64 insteadOf = 0, const QVector<StoredDocument> &documents = {});
    /// The two halves of a turn, for a question that must wait for its answer (the model is still loading) or gets none.
    Result<StoredMessage> addQuestion(qint64 conversation, const QString &text, const QVector<QString> &images,
                                      const QString &newTitle = {}, qint64 insteadOf = 0, const QVector<StoredDocument> &documents = {});
    Result<StoredMessage> beginAnswer(qint64 conversation, const QString &model, qint64 insteadOf = 0);
    /// Writes the answer as it stands.
    Result<Done> updateAnswer(const StoredMessage &answer);
    /// Nothing happens when the receipt is no longer `before`.
    Result<Done> replaceReceipt(qint64 message, const QByteArray &before, const QByteArray &receipt);
    Result<StoredMessage> addNotice(qint64 conversation, const QString &text);

    /// Keeps the bytes of an image file under their SHA-256; returns the hash. The same bytes are kept once.
    Result<QString> keepImage(const QByteArray &fileBytes);
    /// Path of a kept image, or empty.
    QString imagePath(const QString &hash) const;
    /// The same for documents.
    Result<QString> keepDocument(const QByteArray &fileBytes);
    QString documentPath(const QString &hash) const;

    static constexpr qint64 kKeepDeleted = qint64(24) * 60 * 60 * 1000; ///< milliseconds

private:
    struct Impl;
    explicit ConversationStore(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace conclave::app
