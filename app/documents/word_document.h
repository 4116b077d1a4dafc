#pragma once

#include "app/documents/document.h"
#include "app/documents/zip_archive.h"

/// DOCX: its body as Markdown-like text (headings, list items, tables with bars). What was deleted under "track changes" is left out;
/// pictures, headers and footers are not read, and the notes say so of pictures.
namespace conclave::app
{

engine::Result<Document> readWordDocument(ZipArchive &archive, const QString &name, const ReadControl &control);

} // namespace conclave::app
