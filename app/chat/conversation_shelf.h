#pragma once

#include "app/chat/chat_settings.h"
#include "app/store/conversation_store.h"

#include <QObject>

/// Order among conversations: folders, pins, the archive, presets. GUI thread only.
namespace conclave::app
{

class ConversationShelf : public QObject
{
    Q_OBJECT

public:
    /// The store is owned elsewhere and outlives the shelf.
    explicit ConversationShelf(ConversationStore &store, QObject *parent = nullptr);

    const QVector<Folder> &folders() const { return m_folders; }
    /// Reads again what another connection has changed (an import).
    void refresh();
    void setPinned(qint64 conversation, bool pinned);
    void setArchived(qint64 conversation, bool archived);
    void moveToFolder(qint64 conversation, qint64 folder); ///< 0: out of its folder
    qint64 createFolder(const QString &name);              ///< 0: failed
    void renameFolder(qint64 folder, const QString &name); ///< an empty name is none: nothing changes
    void removeFolder(qint64 folder);                      ///< its conversations stay

    struct Preset
    {
        QString name;
        ChatSettings settings;
    };
    QVector<Preset> presets();
    void savePreset(const Preset &preset);
    void removePreset(const QString &name);

Q_SIGNALS:
    void changed();
    void presetsChanged();
    void failed(const QString &message);

private:
    void done(const Result<Done> &outcome);
    void fail(const engine::Error &error);
    void readFolders();

    ConversationStore &m_store;
    QVector<Folder> m_folders;
};

} // namespace conclave::app
