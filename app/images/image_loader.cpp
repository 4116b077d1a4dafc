#include "app/images/image_loader.h"

#include "app/documents/reader_process.h"
#include "app/file_bytes.h"
#include "app/images/file_kind.h"
#include "app/images/image_format.h"
#include "app/text_of.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImageReader>

#include <algorithm>
#include <cstring>
#include <new>

namespace conclave::app
{

using engine::ErrorCode;
using engine::Result;

namespace
{

// Qt's own guard behind ours: the largest picture allowed, at 8 bytes a pixel, in MiB.
constexpr int kAllocationLimitMib = int(kMaxImagePixels * 8 / (1 << 20)) + 1;

engine::Error badImage(const QString &message)
{
    return failure(ErrorCode::kBadImage, message);
}

QString notAPicture(const QByteArray &bytes, const QString &name)
{
    const QString kind = describeContent(bytes);
    const QString what =
        kind.isEmpty()
            ? QCoreApplication::translate("ImageLoader", "%1 is not a picture, or of a kind this program does not read.").arg(name)
            : QCoreApplication::translate("ImageLoader", "%1 is not a picture: its content is %2.").arg(name, kind);
    return what + u' ' + QCoreApplication::translate("ImageLoader", "Choose a PNG, JPEG, WebP, GIF, TIFF or SVG file.");
}

Result<engine::Done> checkSize(const QSize &size, const QString &name)
{
    const QString given = QStringLiteral("%1 × %2").arg(size.width()).arg(size.height());
    if (size.width() < kMinImageSide || size.height() < kMinImageSide)
        return badImage(
            QCoreApplication::translate("ImageLoader", "%1 is too small to read: %2 pixels. Choose a picture of at least %3 pixels a side.")
                .arg(name, given)
                .arg(kMinImageSide));
    const bool tooLong = std::max(size.width(), size.height()) > kMaxImageSide;
    if (tooLong || qint64(size.width()) * size.height() > kMaxImagePixels)
        return badImage(
            QCoreApplication::translate(
                "ImageLoader",
                "%1 is too large: %2 pixels. At most %3 pixels a side and %4 million in all are read. Make it smaller or cut out the part "
                "that matters, then try again.")
                .arg(name, given)
                .arg(kMaxImageSide)
                .arg(kMaxImagePixels / 1'000'000));
    return engine::Done{};
}

/// 8-bit RGB with what is transparent over white, as paper shows it.
QImage onWhite(QImage picture)
{
    if (!picture.hasAlphaChannel())
        return std::move(picture).convertToFormat(QImage::Format_RGB888);
    picture = std::move(picture).convertToFormat(QImage::Format_RGBA8888);
    QImage out(picture.size(), QImage::Format_RGB888);
    if (picture.isNull() || out.isNull())
        return {};
    for (int y = 0; y < picture.height(); ++y) {
        const uchar *from = picture.constScanLine(y);
        uchar *to = out.scanLine(y);
        for (int x = 0; x < picture.width(); ++x, from += 4, to += 3) {
            for (int c = 0; c < 3; ++c)
                to[c] = uchar((from[c] * from[3] + 255 * (255 - from[3]) + 127) / 255);
        }
    }
    return out;
}

engine::ImagePtr pixelsOf(const QImage &rgb)
{
    auto image = std::make_shared<engine::Image>();
    image->width = rgb.width();
    image->height = rgb.height();
    const std::size_t line = std::size_t(rgb.width()) * 3;
    image->pixels.resize(line * std::size_t(rgb.height()));
    for (int y = 0; y < rgb.height(); ++y)
        std::memcpy(image->pixels.data() + line * std::size_t(y), rgb.constScanLine(y), line);
    return image;
}

Result<QImage> decode(const QByteArray &bytes, const QString &name)
{
    const QByteArray format = imageFormatOf(bytes);
    if (format.isEmpty())
        return badImage(notAPicture(bytes, name));
    QBuffer buffer;
    buffer.setData(bytes);
    buffer.open(QIODevice::ReadOnly);
    QImageReader::setAllocationLimit(kAllocationLimitMib);
    // Only the plugin of that format: others answer to nearly everything, and some (PDF) are too large to be trusted with it.
    QImageReader reader(&buffer, format);
    reader.setAutoDetectImageFormat(false);
    reader.setAutoTransform(true);
    if (!QImageReader::supportedImageFormats().contains(format))
        return badImage(QCoreApplication::translate(
                            "ImageLoader", "%1 is a %2 picture, and the part of Qt that reads those is not installed. Save it as PNG.")
                            .arg(name, QString::fromLatin1(format).toUpper()));
    const QSize size = reader.size();
    if (size.isValid()) {
        if (auto checked = checkSize(size, name); !checked)
            return checked.takeError();
    }
    QImage picture;
    if (!reader.read(&picture) || picture.isNull())
        return badImage(
            QCoreApplication::translate("ImageLoader", "%1 cannot be read: the file is damaged or cut off (%2). Save or download it again.")
                .arg(name, reader.errorString()));
    if (auto checked = checkSize(picture.size(), name); !checked)
        return checked.takeError();
    return picture;
}

Result<LoadedImage> load(const QByteArray &bytes, const QString &name)
{
    if (bytes.isEmpty())
        return badImage(QCoreApplication::translate("ImageLoader", "%1 is empty. Save or download it again.").arg(name));
    auto picture = decode(bytes, name);
    if (!picture)
        return picture.takeError();
    LoadedImage out;
    out.fileBytes = bytes;
    out.picture = onWhite(std::move(*picture));
    if (out.picture.isNull())
        return failure(
            ErrorCode::kOutOfMemory,
            QCoreApplication::translate("ImageLoader", "There is not enough memory to open %1. Make the picture smaller, then try again.")
                .arg(name));
    out.pixels = pixelsOf(out.picture);
    return out;
}

} // namespace

Result<LoadedImage> loadImageFile(const QString &path)
{
    const FileWords words{
        QCoreApplication::translate("ImageLoader", "%1 is not a file. Choose a PNG, JPEG, WebP, GIF, TIFF or SVG file."),
        QCoreApplication::translate("ImageLoader", "%1 is too large: %2 MB. Picture files of at most %3 MB are read."),
    };
    auto bytes = fileBytes(path, kMaxImageFileBytes, ErrorCode::kBadImage, words);
    if (!bytes)
        return bytes.takeError();
    return loadImageBytes(*bytes, fileNameOf(path));
}

bool isImage(const QByteArray &bytes)
{
    return isSvg(bytes) || !imageFormatOf(bytes).isEmpty();
}

Result<LoadedImage> loadImageBytes(const QByteArray &bytes, const QString &name)
{
    try {
        if (!isSvg(bytes))
            return load(bytes, name);
        auto drawn = runReader({QStringLiteral("svg")}, bytes, name, {});
        if (!drawn)
            return badImage(textOf(drawn.error().message));
        return load(*drawn, name);
    } catch (const std::bad_alloc &) {
        return failure(
            ErrorCode::kOutOfMemory,
            QCoreApplication::translate("ImageLoader", "There is not enough memory to open %1. Make the picture smaller, then try again.")
                .arg(name));
    }
}

Result<LoadedImage> loadImagePicture(const QImage &picture, const QString &name)
{
    if (picture.isNull())
        return badImage(QCoreApplication::translate("ImageLoader", "%1 holds no picture.").arg(name));
    if (auto checked = checkSize(picture.size(), name); !checked)
        return checked.takeError();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!picture.save(&buffer, "PNG"))
        return badImage(QCoreApplication::translate("ImageLoader", "%1 could not be turned into a PNG file.").arg(name));
    return loadImageBytes(bytes, name);
}

} // namespace conclave::app
