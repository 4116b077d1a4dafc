#include "app/chat/known_images.h"

#include <QImageReader>

namespace conclave::app
{
namespace
{

constexpr qsizetype kMaxDecoded = 16;

} // namespace

Result<QVector<QString>> KnownImages::keep(const QVector<LoadedImage> &images)
{
    QVector<QString> hashes;
    for (const LoadedImage &image : images) {
        auto kept = m_store.keepImage(image.fileBytes);
        if (!kept)
            return kept.takeError();
        remember(*kept, image.pixels);
        hashes.append(*kept);
    }
    return hashes;
}

engine::ImagePtr KnownImages::imageOf(const QString &hash)
{
    if (const auto known = m_decoded.constFind(hash); known != m_decoded.constEnd())
        return *known;
    const QString path = m_store.imagePath(hash);
    if (path.isEmpty())
        return nullptr;
    const auto loaded = loadImageFile(path);
    if (!loaded)
        return nullptr;
    remember(hash, loaded->pixels);
    return loaded->pixels;
}

QSize KnownImages::sizeOf(const QString &hash)
{
    if (const auto known = m_sizes.constFind(hash); known != m_sizes.constEnd())
        return *known;
    QImageReader reader(m_store.imagePath(hash));
    QSize size = reader.size();
    if (reader.transformation().testFlag(QImageIOHandler::TransformationRotate90))
        size.transpose();
    if (!size.isValid()) { // the format keeps it inside
        const engine::ImagePtr image = imageOf(hash);
        size = image ? QSize(image->width, image->height) : QSize();
    }
    m_sizes.insert(hash, size);
    return size;
}

void KnownImages::remember(const QString &hash, const engine::ImagePtr &image)
{
    if (m_decoded.size() >= kMaxDecoded)
        m_decoded.clear();
    m_decoded.insert(hash, image);
}

} // namespace conclave::app
