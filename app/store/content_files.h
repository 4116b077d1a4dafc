#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QString>

/// Pictures or documents beside the database, each under the SHA-256 of its bytes: the same file is kept once, none is ever changed.
namespace conclave::app
{

class ContentFiles
{
public:
    explicit ContentFiles(const QString &folder) : m_folder(folder) {}

    /// Written to a temporary file, synced, renamed: a file under a hash is whole or not there.
    engine::Result<QString> keep(const QByteArray &bytes) const;
    /// Empty when no such file is kept.
    QString path(const QString &hash) const;
    void remove(const QString &hash) const;

private:
    QString m_folder;
};

} // namespace conclave::app
