#pragma once

#include "app/documents/document.h"

/// Text files of any encoding: plain text, Markdown, CSV, source code.
namespace conclave::app
{

/// Whether `bytes` are text: no control characters, in UTF-8, or UTF-16/32 with its mark, or in one byte a letter when the ending of
/// `name` says that it is text.
bool looksLikeText(const QByteArray &bytes, const QString &name);
engine::Result<Document> readTextFile(const QByteArray &bytes, const QString &name);

} // namespace conclave::app
