#pragma once

#include "app/library/model_entry.h"

#include <QHash>
#include <QVector>

#include <functional>
#include <stop_token>

/// Finds model files and reads the headers of those that are new or changed. Any thread.
namespace conclave::app
{

using HeaderReader = std::function<engine::Result<engine::ModelHeader>(const QString &file)>;

/// The real one.
engine::Result<engine::ModelHeader> readHeader(const QString &file);

struct ScanRequest
{
    QStringList folders;              ///< looked through with all folders below them
    QStringList files;                ///< single files elsewhere
    QHash<QString, ModelEntry> known; ///< by file: entries with the same stamp are taken over unread
};

struct ScanResult
{
    QVector<ModelEntry> entries; ///< by name
    int headersRead = 0;
};

/// Parts of a split model are one entry, as is a part without its first. Links to the same file are one entry. `found` hears the entries
/// so far from time to time.
ScanResult scanFiles(const ScanRequest &request, const HeaderReader &reader, const std::function<void(const ScanResult &)> &found,
                     std::stop_token stop);

/// All parts of a split model of which `file` is one; else the file alone. They need not exist.
QStringList partsOf(const QString &file);

} // namespace conclave::app
