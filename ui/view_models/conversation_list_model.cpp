#include "ui/view_models/conversation_list_model.h"

#include <QDate>

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
    default:
        return {};
    }
}

QHash<int, QByteArray> ConversationListModel::roleNames() const
{
    return {{kIdRole, "conversationId"}, {kTitleRole, "title"}, {kHeadingRole, "heading"}};
}

QString ConversationListModel::titleOf(qint64 id) const
{
    for (const ConversationEntry &entry : values()) {
        if (entry.id == id) {
            return entry.title;
        }
    }
    return {};
}

void ConversationListModel::refresh()
{
    QVector<ConversationEntry> entries;
    QString before;
    for (const app::Conversation &conversation : m_controller.conversations()) {
        const QString group = groupOf(conversation.changed);
        entries.append({conversation.id, conversation.title, group == before ? QString() : group});
        before = group;
    }
    sync(entries);
}

} // namespace conclave::ui
