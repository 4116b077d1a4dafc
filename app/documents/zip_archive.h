#pragma once

#include "engine/base/result.h"

#include <QByteArray>
#include <QString>

#include <memory>

struct zip;

/// A ZIP archive in memory (libzip), with limits: an office document is a few dozen files of a few megabytes, and what says otherwise is
/// a bomb. Nothing is ever written to disk; names that lead out of the archive are refused all the same.
namespace conclave::app
{

class ZipArchive
{
public:
    static constexpr qint64 kMaxEntries = 20'000;
    static constexpr qint64 kMaxEntryBytes = 256'000'000; ///< unpacked, of one file in it
    static constexpr qint64 kMaxBytes = 512'000'000;      ///< unpacked, of all that is read
    static constexpr qint64 kMaxRatio = 1100;             ///< unpacked to packed: deflate reaches 1032 at most

    /// `bytes` stay the archive's own. kBadFormat, naming the file.
    static engine::Result<ZipArchive> open(const QByteArray &bytes, const QString &name);

    bool holds(const QString &entry) const;
    /// kBadFormat when there is none, it is encrypted, damaged, or larger than allowed.
    engine::Result<QByteArray> read(const QString &entry);

private:
    struct Closer
    {
        void operator()(zip *archive) const;
    };

    ZipArchive(QByteArray bytes, const QString &name) : m_bytes(std::move(bytes)), m_name(name) {}
    engine::Result<engine::Done> checkNames() const;
    engine::Error damaged(const QString &why) const;
    engine::Error bomb() const;

    QByteArray m_bytes; ///< before the archive, which reads in them
    QString m_name;
    std::unique_ptr<zip, Closer> m_archive;
    qint64 m_unpacked = 0;
};

} // namespace conclave::app
