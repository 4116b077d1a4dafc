#pragma once

#include "app/documents/document.h"
#include "app/images/image_loader.h"

#include <optional>

/// A file that goes with a question: a picture or a document.
namespace conclave::app
{

struct Attachment
{
    QString name;
    std::optional<LoadedImage> image; ///< either
    std::optional<Document> document; ///< or
};

/// Blocks; for pool threads. Errors are those of loadImageFile and readDocument.
engine::Result<Attachment> loadAttachment(const QString &path, const ReadControl &control);
engine::Result<Attachment> loadAttachmentBytes(const QByteArray &bytes, const QString &name, const ReadControl &control);

} // namespace conclave::app
