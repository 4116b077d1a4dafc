#pragma once

#include "app/chat_controller.h"
#include "ui/view_models/value_list_model.h"

#include <QtQml/qqmlregistration.h>

/// The conversations, latest change first, grouped by day. GUI thread only.
namespace conclave::ui
{

struct ConversationEntry
{
    qint64 id = 0;
    QString title;
    QString heading; ///< "Today", "Yesterday", "Earlier" on the first of its group, else empty

    bool operator==(const ConversationEntry &) const = default;
};

class ConversationListModel : public ValueListModel<ConversationEntry>
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")

public:
    enum Role
    {
        kIdRole = Qt::UserRole, ///< qint64
        kTitleRole,             ///< QString
        kHeadingRole,           ///< QString
    };

    explicit ConversationListModel(app::ChatController &controller, QObject *parent = nullptr);

    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    /// Title of a conversation, or an empty string.
    QString titleOf(qint64 id) const;

private:
    void refresh();

    app::ChatController &m_controller;
};

} // namespace conclave::ui
