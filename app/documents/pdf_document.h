#pragma once

#include "app/documents/document.h"

/// PDF, by way of conclave-reader (reader_process.h). Blocks; for pool threads.
namespace conclave::app
{

inline constexpr int kPagePixels = 1600; ///< longer side of a page that a model is shown: small print stays readable

/// Its words, page by page; pages that are pictures have none.
engine::Result<Document> readPdf(const QByteArray &bytes, const QString &name, const ReadControl &control);
/// Page `page` (from 0) as a PNG file, `longSide` pixels at its longer side.
engine::Result<QByteArray> pdfPagePicture(const QByteArray &bytes, int page, int longSide, const QString &name, const ReadControl &control);

} // namespace conclave::app
