#pragma once

#include "app/images/image_loader.h"

#include <QAbstractListModel>
#include <QVector>
#include <QtQml/qqmlregistration.h>

/// The pictures attached to the question being written. GUI thread only.
namespace conclave::ui
{

class DraftImagesModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")
    Q_PROPERTY(int count READ count NOTIFY countChanged)

public:
    enum Role
    {
        kNameRole = Qt::UserRole, ///< QString: file name
        kThumbnailRole,           ///< QString: data URL of a small PNG
    };

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(m_drafts.size()); }
    QVariant data(const QModelIndex &index, int role) const override;
    QHash<int, QByteArray> roleNames() const override;
    int count() const { return rowCount(); }

    void add(const QString &name, const app::LoadedImage &image);
    void removeAt(int row);
    void clear();
    QVector<app::LoadedImage> images() const;

Q_SIGNALS:
    void countChanged();

private:
    struct Draft
    {
        QString name;
        QString thumbnail;
        app::LoadedImage image;
    };

    QVector<Draft> m_drafts;
};

} // namespace conclave::ui
