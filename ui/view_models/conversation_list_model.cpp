#include "ui/view_models/conversation_list_model.h"

#include <QDate>
#include <QMap>

#include <algorithm>
#include <utility>

namespace conclave::ui
{

namespace
{

QString groupOf(const QDateTime &changed)
{
    const qint64 days = changed.toLocalTime().date().daysTo(QDate::currentDate());
    if (days <= 0) {
        return ConversationListModel::tr("Today");
    }
    return days == 1 ? ConversationListModel::tr("Yesterday") : ConversationListModel::tr("Earlier");
}

} // namespace

ConversationListModel::ConversationListModel(app::ChatController &controller, QObject *parent)
    : ValueListModel<ConversationEntry>(parent), m_controller(controller)
{
    connect(&controller, &app::ChatController::conversationsChanged, this, &ConversationListModel::refresh);
    refresh();
}

QVariant ConversationListModel::data(const QModelIndex &index, int role) const
{
    if (!holds(index)) {
        return {};
    }
    const ConversationEntry &entry = values()[index.row()];
    switch (role) {
    case kIdRole:
        return entry.id;
    case kTitleRole:
        return entry.title;
    case kHeadingRole:
        return entry.heading;
    case kSectionRole:
        return entry.id == 0;
    case kFolderRole:
        return entry.folder;
    case kPinnedRole:
        return entry.pinned;
    case kArchivedRole:
        return entry.archived;
    case kFoldedRole:
        return entry.folded;
    case kCountRole:
        return entry.count;
    default:
        return {};
    }
}

QHash<int, QByteArray> ConversationListModel::roleNames() const
{
    return {{kIdRole, "conversationId"}, {kTitleRole, "title"},   {kHeadingRole, "heading"},
            {kSectionRole, "isSection"}, {kFolderRole, "folder"}, {kPinnedRole, "pinned"},
            {kArchivedRole, "archived"}, {kFoldedRole, "folded"}, {kCountRole, "count"}};
}

QString ConversationListModel::titleOf(qint64 id) const
{
    const QVector<app::Conversation> all = m_controller.conversations();
    const auto found = std::find_if(all.begin(), all.end(), [&](const app::Conversation &one) { return one.id == id; });
    return found == all.end() ? QString() : found->title;
}

void ConversationListModel::toggleFolded(qint64 folder)
{
    if (!m_folded.remove(folder)) {
        m_folded.insert(folder);
    }
    refresh();
}

void ConversationListModel::unfold(qint64 folder)
{
    if (m_folded.remove(folder)) {
        refresh();
    }
}

void ConversationListModel::refresh()
{
    QVector<app::Conversation> pinned;
    QVector<app::Conversation> archived;
    QMap<qint64, QVector<app::Conversation>> inFolder;
    QVector<app::Conversation> rest;
    const QVector<app::Conversation> all = m_controller.conversations();
    for (const app::Conversation &conversation : all) {
        (conversation.archived      ? archived
         : conversation.pinned      ? pinned
         : conversation.folder != 0 ? inFolder[conversation.folder]
                                    : rest)
            .append(conversation);
    }
    QVector<ConversationEntry> entries;
    addGroup(entries, tr("Pinned"), pinned);
    for (const app::Folder &folder : m_controller.shelf().folders()) {
        addSection(entries, folder.id, folder.name, inFolder.value(folder.id));
    }
    QString before;
    for (const app::Conversation &conversation : std::as_const(rest)) {
        const QString group = groupOf(conversation.changed);
        addGroup(entries, group == before ? QString() : group, {conversation});
        before = group;
    }
    if (!archived.isEmpty()) {
        addSection(entries, 0, tr("Archive"), archived);
    }
    sync(entries);
}

void ConversationListModel::addGroup(QVector<ConversationEntry> &entries, const QString &heading,
                                     const QVector<app::Conversation> &group) const
{
    for (const app::Conversation &one : group) {
        const bool first = one.id == group.first().id;
        entries.append({one.id, one.title, first ? heading : QString(), one.folder, one.pinned, one.archived});
    }
}

void ConversationListModel::addSection(QVector<ConversationEntry> &entries, qint64 folder, const QString &title,
                                       const QVector<app::Conversation> &group) const
{
    const bool folded = m_folded.contains(folder);
    entries.append({0, title, {}, folder, false, folder == 0, folded, static_cast<int>(group.size())});
    if (!folded) {
        addGroup(entries, {}, group);
    }
}

} // namespace conclave::ui
