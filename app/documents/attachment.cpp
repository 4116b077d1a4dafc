#include "app/documents/attachment.h"

#include "app/file_bytes.h"

#include <QCoreApplication>
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

FileWords fileWords()
{
    return {QCoreApplication::translate("Documents", "%1 is not a file. Attach the files in it one by one."),
            QCoreApplication::translate("Documents", "%1 is too large: %2 MB. Files of at most %3 MB can be attached.")};
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
    auto bytes = fileBytes(path, kMaxFileBytes, ErrorCode::kBadFormat, fileWords());
    if (!bytes)
        return bytes.takeError();
    if (control.token.stop_requested())
        return documentCancelled();
    return loadAttachmentBytes(*bytes, fileNameOf(path), control);
}

} // namespace conclave::app
