#pragma once

#include <QString>
#include <QUrl>

#include <optional>

/// What a user names to be fetched.
namespace conclave::app
{

struct DownloadSource
{
    QUrl url;           ///< of a file; or empty:
    QString repository; ///< "owner/name" of a model hub
    QString file;       ///< in the repository, as far as named; a part of a name serves
};

/// Understands web addresses of files, addresses of a hub's pages, and "owner/name", with or without ":FILE" behind it. nullopt for
/// anything else. `hub`: the hub's address.
std::optional<DownloadSource> parseSource(const QString &text, const QUrl &hub);

/// Address of a repository's file.
QUrl fileUrl(const QUrl &hub, const QString &repository, const QString &file);
/// Address of the list of a repository's files.
QUrl listUrl(const QUrl &hub, const QString &repository);

/// A name that is safe to write: the last part of a path, without anything that names another place. Empty: there is none.
QString safeFileName(const QString &path);

} // namespace conclave::app
