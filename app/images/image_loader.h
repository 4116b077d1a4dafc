#pragma once

#include "engine/api/types.h"

#include <QByteArray>
#include <QImage>
#include <QString>

/// Reads picture files with limits, so that a hostile one is a message and not a crash.
namespace conclave::app
{

struct LoadedImage
{
    QByteArray fileBytes;    ///< as they were on disk; an SVG picture as the PNG file that it was drawn as
    QImage picture;          ///< upright (EXIF), RGB on white
    engine::ImagePtr pixels; ///< the same for the engine
};

inline constexpr int kMinImageSide = 16;
inline constexpr int kMaxImageSide = 16384;
inline constexpr qint64 kMaxImagePixels = 100'000'000;
inline constexpr qint64 kMaxImageFileBytes = 100'000'000;

/// Whether `bytes` begin as a picture file that is read here: PNG, JPEG, GIF (its first picture), BMP, WebP, TIFF, SVG.
bool isImage(const QByteArray &bytes);

/// Errors name the file (`name`), what is wrong and what to do: kFileNotFound, kFileUnreadable, kBadImage.
engine::Result<LoadedImage> loadImageFile(const QString &path);
engine::Result<LoadedImage> loadImageBytes(const QByteArray &bytes, const QString &name);
/// A picture from the clipboard: kept as PNG.
engine::Result<LoadedImage> loadImagePicture(const QImage &picture, const QString &name);

} // namespace conclave::app
