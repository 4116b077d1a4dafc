#pragma once

#include "app/store/records.h"

#include <QVector>

/// From a document to what a model is told of it.
namespace conclave::app
{

/// "1-3, 7" of the parts (from 0) that are chosen; empty when all are.
QString partsInWords(const QVector<bool> &chosen);
/// The chosen parts, each under its page number or sheet name where there are several.
QString textOfParts(const Document &document, const QVector<bool> &chosen);
/// As it stands in a prompt, between marks that carry the file's name.
QString promptOf(const StoredDocument &document);

} // namespace conclave::app
