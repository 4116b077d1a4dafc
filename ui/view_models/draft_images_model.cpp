#include "ui/view_models/draft_images_model.h"

#include <QBuffer>

namespace conclave::ui
{

namespace
{

constexpr int kThumbnailSide = 128; // shown at up to 56 units: sharp at twice the density

QString thumbnailOf(const QImage &picture)
{
    QByteArray png;
    QBuffer buffer(&png);
    buffer.open(QIODevice::WriteOnly);
    picture.scaled(kThumbnailSide, kThumbnailSide, Qt::KeepAspectRatio, Qt::SmoothTransformation).save(&buffer, "PNG");
    return QStringLiteral("data:image/png;base64,") + QString::fromLatin1(png.toBase64());
}

} // namespace

QVariant DraftImagesModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_drafts.size()) {
        return {};
    }
    switch (role) {
    case kNameRole:
        return m_drafts[index.row()].name;
    case kThumbnailRole:
        return m_drafts[index.row()].thumbnail;
    default:
        return {};
    }
}

QHash<int, QByteArray> DraftImagesModel::roleNames() const
{
    return {{kNameRole, "name"}, {kThumbnailRole, "thumbnail"}};
}

void DraftImagesModel::add(const QString &name, const app::LoadedImage &image)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_drafts.append({name, thumbnailOf(image.picture), image});
    endInsertRows();
    Q_EMIT countChanged();
}

void DraftImagesModel::removeAt(int row)
{
    if (row < 0 || row >= m_drafts.size()) {
        return;
    }
    beginRemoveRows({}, row, row);
    m_drafts.remove(row);
    endRemoveRows();
    Q_EMIT countChanged();
}

void DraftImagesModel::clear()
{
    if (m_drafts.isEmpty()) {
        return;
    }
    beginResetModel();
    m_drafts.clear();
    endResetModel();
    Q_EMIT countChanged();
}

QVector<app::LoadedImage> DraftImagesModel::images() const
{
    QVector<app::LoadedImage> images;
    for (const Draft &draft : m_drafts) {
        images.append(draft.image);
    }
    return images;
}

} // namespace conclave::ui
