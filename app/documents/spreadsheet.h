#pragma once

#include "app/documents/document.h"
#include "app/documents/zip_archive.h"

/// XLSX: each sheet as CSV, with the values that were computed when it was saved. Dates are written as dates (ISO 8601). Hidden sheets
/// are read too; formatting, formulas and charts are not.
namespace conclave::app
{

engine::Result<Document> readSpreadsheet(ZipArchive &archive, const QString &name, const ReadControl &control);

} // namespace conclave::app
