#include "app/documents/attachment.h"

#include "app/text_of.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>

#include <algorithm>

namespace conclave::app
{

using engine::ErrorCode;
using engine::Result;

namespace
{

constexpr qint64 kMaxFileBytes = std::max(kMaxImageFileBytes, kMaxDocumentBytes);

Result<QByteArray> bytesOf(const QString &path, const QString &name)
{
    const QFileInfo info(path);
    if (!info.exists())
        return failure(ErrorCode::kFileNotFound,
                       QCoreApplication::translate("Documents", "%1 was not found.").arg(QDir::toNativeSeparators(path)));
    if (!info.isFile())
        return failure(ErrorCode::kFileUnreadable,
                       QCoreApplication::translate("Documents", "%1 is not a file. Attach the files in it one by one.")
                           .arg(QDir::toNativeSeparators(path)));
    if (info.size() > kMaxFileBytes)
        return badDocument(QCoreApplication::translate("Documents", "%1 is too large: %2 MB. Files of at most %3 MB can be attached.")
                               .arg(name)
                               .arg(info.size() / 1'000'000)
                               .arg(kMaxFileBytes / 1'000'000));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::kFileUnreadable,
                       QCoreApplication::translate("Documents", "%1 cannot be opened: %2.").arg(name, file.errorString()));
    QByteArray bytes = file.read(kMaxFileBytes + 1);
    if (file.error() != QFileDevice::NoError)
        return failure(ErrorCode::kFileUnreadable,
                       QCoreApplication::translate("Documents", "%1 cannot be read: %2.").arg(name, file.errorString()));
    return bytes;
}

/// What is named like a picture is told about as one: "notes.png is not a picture: its content is text".
bool namedLikeImage(const QString &name)
{
    static const QSet<QString> kEndings{"png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff", "svg"};
    return kEndings.contains(QFileInfo(name).suffix().toLower());
}

} // namespace

Result<Attachment> loadAttachmentBytes(const QByteArray &bytes, const QString &name, const ReadControl &control)
{
    Attachment out{name, {}, {}};
    if (isImage(bytes) || namedLikeImage(name)) {
        auto image = loadImageBytes(bytes, name);
        if (!image)
            return image.takeError();
        out.image = std::move(*image);
        return out;
    }
    auto document = readDocument(bytes, name, control);
    if (!document)
        return document.takeError();
    out.document = std::move(*document);
    return out;
}

Result<Attachment> loadAttachment(const QString &path, const ReadControl &control)
{
    const QString name = QFileInfo(path).fileName().isEmpty() ? path : QFileInfo(path).fileName();
    auto bytes = bytesOf(path, name);
    if (!bytes)
        return bytes.takeError();
    if (control.token.stop_requested())
        return documentCancelled();
    return loadAttachmentBytes(*bytes, name, control);
}

} // namespace conclave::app
