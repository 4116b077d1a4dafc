#pragma once

#include "app/documents/document.h"

#include <QImage>
#include <QString>

/// What is said and shown of attachments, before they are sent and after.
namespace conclave::ui
{

QString kindInWords(app::DocumentKind kind); ///< "PDF", "Text"
/// "12 pages", or "pages 1-3 of 12"; sheets the same. `chosen` empty: all of them.
QString partsInWords(app::DocumentKind kind, qsizetype count, const QString &chosen);
QString tokensInWords(int tokens); ///< "1,240 tokens"
/// A data URL of the picture, made smaller to `side` pixels at its longer side.
QString pictureUrl(const QImage &picture, int side);

} // namespace conclave::ui
