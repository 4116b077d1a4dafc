#pragma once

#include "app/downloads/download_queue.h"
#include "ui/view_models/value_list_model.h"

#include <QtQml/qqmlregistration.h>

/// What is fetched, as rows; the latest first. GUI thread only.
namespace conclave::ui
{

class DownloadListModel : public ValueListModel<app::Download>
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by LibraryViewModel")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role
    {
        kIdRole = Qt::UserRole, ///< qint64
        kNameRole,              ///< QString
        kStateTextRole,         ///< QString: what is going on, or why it failed
        kShareRole,             ///< double 0 to 1; -1: not known
        kRunsRole,              ///< bool: can be paused
        kRestsRole,             ///< bool: can go on
        kDoneRole,              ///< bool
        kFailedRole,            ///< bool
    };

    explicit DownloadListModel(app::DownloadQueue &queue, QObject *parent = nullptr);

    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    int count() const { return rowCount(); }

Q_SIGNALS:
    void countChanged();

private:
    void refresh();

    app::DownloadQueue &m_queue;
};

} // namespace conclave::ui
