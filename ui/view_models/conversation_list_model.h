#pragma once

#include "app/chat_controller.h"
#include "ui/view_models/value_list_model.h"

#include <QSet>
#include <QtQml/qqmlregistration.h>

/// The conversations as the sidebar shows them: pinned ones, folders, the rest by day, the archive. Folders and the archive have a row of
/// their own that folds them. GUI thread only.
namespace conclave::ui
{

struct ConversationEntry
{
    qint64 id = 0; ///< 0: the row of a section
    QString title;
    QString heading; ///< "Pinned", "Today", "Yesterday", "Earlier" on the first of its group, else empty
    qint64 folder = 0;
    bool pinned = false;
    bool archived = false;
    bool folded = false; ///< of a section
    int count = 0;       ///< conversations in a section

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
        kSectionRole,           ///< bool: the row of a folder (its id is the folder role) or of the archive
        kFolderRole,            ///< qint64; 0: none
        kPinnedRole,            ///< bool
        kArchivedRole,          ///< bool
        kFoldedRole,            ///< bool
        kCountRole,             ///< int
    };

    explicit ConversationListModel(app::ChatController &controller, QObject *parent = nullptr);

    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    /// Title of a conversation, or an empty string.
    QString titleOf(qint64 id) const;
    /// Folds a folder or unfolds it; 0 is the archive, which is folded at first.
    Q_INVOKABLE void toggleFolded(qint64 folder);
    Q_INVOKABLE void unfold(qint64 folder);
    /// Reads the conversations again, and the words of their headings.
    void refresh();

private:
    void addGroup(QVector<ConversationEntry> &entries, const QString &heading, const QVector<app::Conversation> &group) const;
    void addSection(QVector<ConversationEntry> &entries, qint64 folder, const QString &title,
                    const QVector<app::Conversation> &group) const;

    app::ChatController &m_controller;
    QSet<qint64> m_folded{0};
};

} // namespace conclave::ui
