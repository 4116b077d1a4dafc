#pragma once

#include "app/images/image_loader.h"
#include "app/store/conversation_store.h"

#include <QHash>
#include <QSize>
#include <QVector>

namespace conclave::app
{

/// The pictures of conversations: kept by the store, a few of them decoded for follow-ups.
class KnownImages
{
public:
    explicit KnownImages(ConversationStore &store) : m_store(store) {}

    /// Saves the files; returns their hashes.
    Result<QVector<QString>> keep(const QVector<LoadedImage> &images);
    /// Null when the file is lost or broken.
    engine::ImagePtr imageOf(const QString &hash);

    /// Of the picture, upright, without decoding it; empty when it is lost or broken.
    QSize sizeOf(const QString &hash);

private:
    void remember(const QString &hash, const engine::ImagePtr &image);

    ConversationStore &m_store;
    QHash<QString, engine::ImagePtr> m_decoded;
    QHash<QString, QSize> m_sizes;
};

} // namespace conclave::app
