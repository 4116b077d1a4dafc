#pragma once

#include <QString>

#include <memory>

/// Disks that are full or read-only for real. Both need the right to mount (root) or give nothing: the test then says that it skips.
namespace conclave::tests
{

/// A file system of few bytes, mounted while the object lives.
class SmallDisk
{
public:
    static std::unique_ptr<SmallDisk> make(const QString &path, qint64 bytes);
    ~SmallDisk();

    const QString &path() const { return m_path; }
    void grow(qint64 bytes);

private:
    explicit SmallDisk(const QString &path) : m_path(path) {}

    QString m_path;
};

/// An existing folder that nothing can be written to while the object lives.
class ReadOnlyFolder
{
public:
    static std::unique_ptr<ReadOnlyFolder> make(const QString &path);
    ~ReadOnlyFolder();

private:
    ReadOnlyFolder(const QString &path, bool mounted) : m_path(path), m_mounted(mounted) {}

    QString m_path;
    bool m_mounted;
};

} // namespace conclave::tests
