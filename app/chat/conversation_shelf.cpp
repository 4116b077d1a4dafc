#include "app/chat/conversation_shelf.h"

#include "app/log/error_text.h"

namespace conclave::app
{

ConversationShelf::ConversationShelf(ConversationStore &store, QObject *parent) : QObject(parent), m_store(store)
{
    readFolders();
}

void ConversationShelf::fail(const engine::Error &error)
{
    Q_EMIT failed(errorText(error));
}

void ConversationShelf::done(const Result<Done> &outcome)
{
    if (!outcome)
        return fail(outcome.error());
    readFolders();
    Q_EMIT changed();
}

void ConversationShelf::readFolders()
{
    if (auto read = m_store.folders())
        m_folders = *read;
    else
        fail(read.error());
}

void ConversationShelf::refresh()
{
    readFolders();
    Q_EMIT changed();
}

void ConversationShelf::setPinned(qint64 conversation, bool pinned)
{
    done(m_store.setPinned(conversation, pinned));
}

void ConversationShelf::setArchived(qint64 conversation, bool archived)
{
    done(m_store.setArchived(conversation, archived));
}

void ConversationShelf::moveToFolder(qint64 conversation, qint64 folder)
{
    done(m_store.moveToFolder(conversation, folder));
}

qint64 ConversationShelf::createFolder(const QString &name)
{
    auto folder = m_store.createFolder(name.trimmed());
    if (!folder) {
        fail(folder.error());
        return 0;
    }
    done(Done{});
    return folder->id;
}

void ConversationShelf::renameFolder(qint64 folder, const QString &name)
{
    if (!name.trimmed().isEmpty())
        done(m_store.renameFolder(folder, name.trimmed()));
}

void ConversationShelf::removeFolder(qint64 folder)
{
    done(m_store.removeFolder(folder));
}

QVector<ConversationShelf::Preset> ConversationShelf::presets()
{
    auto read = m_store.presets();
    if (!read) {
        fail(read.error());
        return {};
    }
    QVector<Preset> out;
    for (const ConversationStore::Preset &preset : std::as_const(*read))
        out.append({preset.name, ChatSettings::fromJson(preset.settings)});
    return out;
}

void ConversationShelf::savePreset(const Preset &preset)
{
    if (preset.name.trimmed().isEmpty())
        return;
    if (auto saved = m_store.savePreset({preset.name.trimmed(), preset.settings.toJson()}); !saved)
        return fail(saved.error());
    Q_EMIT presetsChanged();
}

void ConversationShelf::removePreset(const QString &name)
{
    if (auto removed = m_store.removePreset(name); !removed)
        return fail(removed.error());
    Q_EMIT presetsChanged();
}

} // namespace conclave::app
