#include "app/store/content_files.h"

#include "app/text_of.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <unistd.h>
#endif

namespace conclave::app
{
namespace
{

/// The rename itself reaches the disk only with its folder.
void syncFolder(const QString &folder)
{
#ifdef Q_OS_UNIX
    const int fd = ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return;
    ::fsync(fd);
    ::close(fd);
#else
    Q_UNUSED(folder)
#endif
}

/// A hash comes from the database: it must not lead out of the folder.
bool isHash(const QString &text)
{
    if (text.size() != 64)
        return false;
    for (const QChar c : text) {
        if (!((c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f')))
            return false;
    }
    return true;
}

} // namespace

engine::Result<QString> ContentFiles::keep(const QByteArray &bytes) const
{
    const QString hash = QString::fromLatin1(QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex());
    const QString target = m_folder + u'/' + hash;
    if (QFileInfo(target).isFile() && QFileInfo(target).size() == bytes.size())
        return hash;
    QDir().mkpath(m_folder);
    QSaveFile file(target);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return failure(engine::ErrorCode::kWriteFailed,
                       QCoreApplication::translate("ConversationStore", "The file could not be kept in %1: %2. Nothing was sent and what "
                                                                        "was saved before is kept. Free some space, then try again.")
                           .arg(QDir::toNativeSeparators(m_folder), file.errorString()));
    syncFolder(m_folder);
    return hash;
}

QString ContentFiles::path(const QString &hash) const
{
    if (!isHash(hash))
        return {};
    const QString file = m_folder + u'/' + hash;
    return QFileInfo(file).isFile() ? file : QString();
}

void ContentFiles::remove(const QString &hash) const
{
    if (const QString file = path(hash); !file.isEmpty())
        QFile::remove(file);
}

} // namespace conclave::app
