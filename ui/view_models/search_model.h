#pragma once

#include "app/chat/search_worker.h"
#include "ui/view_models/value_list_model.h"

#include <QTimer>
#include <QtQml/qqmlregistration.h>

/// What the search field finds: conversations by title, then messages with some words around the match. Looked up on another thread. GUI
/// thread only.
namespace conclave::ui
{

struct SearchEntry
{
    qint64 conversation = 0;
    qint64 message = 0; ///< 0: the title was found
    QString title;
    QString snippet; ///< with kMatchBegin and kMatchEnd around what was found

    bool operator==(const SearchEntry &) const = default;
};

class SearchModel : public ValueListModel<SearchEntry>
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")
    Q_PROPERTY(QString typed READ typed WRITE setTyped NOTIFY typedChanged)
    Q_PROPERTY(bool active READ active NOTIFY typedChanged)        ///< something is looked for
    Q_PROPERTY(bool searched READ searched NOTIFY searchedChanged) ///< the rows are the answer to what is typed
    Q_PROPERTY(int count READ count NOTIFY searchedChanged)

public:
    enum Role
    {
        kConversationRole = Qt::UserRole, ///< qint64
        kMessageRole,                     ///< qint64
        kTitleRole,                       ///< QString
        kSnippetRole,                     ///< QString: rich text, the match in bold; empty for a title
        kPlainRole,                       ///< QString: the snippet for readers of the screen
    };

    /// `folder`: of the conversations.
    explicit SearchModel(const QString &folder, QObject *parent = nullptr);

    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;

    QString typed() const { return m_typed; }
    /// Looks it up a moment after the last letter.
    void setTyped(const QString &typed);
    bool active() const { return !m_typed.trimmed().isEmpty(); }
    bool searched() const { return m_searched; }
    int count() const { return rowCount(); }

    static constexpr int kPauseMilliseconds = 120;

Q_SIGNALS:
    void typedChanged();
    void searchedChanged();
    void failed(const QString &message);

private:
    void search();
    void take(const QString &typed, const QVector<app::SearchHit> &hits);

    app::SearchWorker m_worker;
    QString m_typed;
    bool m_searched = false;
    QTimer m_pause;
};

} // namespace conclave::ui
