#include "tests/support/small_disk.h"

#include <QDir>
#include <QFile>

#ifdef Q_OS_LINUX
#include <sys/mount.h>
#include <unistd.h>
#endif

namespace conclave::tests
{

#ifdef Q_OS_LINUX

namespace
{

QByteArray local(const QString &path)
{
    return QFile::encodeName(path);
}

QByteArray sizeOption(qint64 bytes)
{
    return "size=" + QByteArray::number(bytes);
}

} // namespace

std::unique_ptr<SmallDisk> SmallDisk::make(const QString &path, qint64 bytes)
{
    QDir().mkpath(path);
    if (::mount("tmpfs", local(path), "tmpfs", 0, sizeOption(bytes).constData()) != 0)
        return nullptr;
    return std::unique_ptr<SmallDisk>(new SmallDisk(path));
}

SmallDisk::~SmallDisk()
{
    ::umount2(local(m_path), MNT_DETACH);
}

void SmallDisk::grow(qint64 bytes)
{
    if (::mount("tmpfs", local(m_path), "tmpfs", MS_REMOUNT, sizeOption(bytes).constData()) != 0)
        qFatal("the small disk cannot grow");
}

std::unique_ptr<ReadOnlyFolder> ReadOnlyFolder::make(const QString &path)
{
    if (::geteuid() != 0) {
        QFile::setPermissions(path, QFile::ReadOwner | QFile::ExeOwner);
        return std::unique_ptr<ReadOnlyFolder>(new ReadOnlyFolder(path, false));
    }
    if (::mount(local(path), local(path), nullptr, MS_BIND, nullptr) != 0)
        return nullptr;
    auto out = std::unique_ptr<ReadOnlyFolder>(new ReadOnlyFolder(path, true));
    if (::mount(nullptr, local(path), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0)
        return nullptr;
    return out;
}

ReadOnlyFolder::~ReadOnlyFolder()
{
    if (m_mounted)
        ::umount2(local(m_path), MNT_DETACH);
    else
        QFile::setPermissions(m_path, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

#else

std::unique_ptr<SmallDisk> SmallDisk::make(const QString &, qint64)
{
    return nullptr;
}

SmallDisk::~SmallDisk() = default;

void SmallDisk::grow(qint64) {}

std::unique_ptr<ReadOnlyFolder> ReadOnlyFolder::make(const QString &)
{
    return nullptr;
}

ReadOnlyFolder::~ReadOnlyFolder() = default;

#endif

} // namespace conclave::tests
