#include "app/file_bytes.h"

#include "app/text_of.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace conclave::app
{

using engine::ErrorCode;

engine::Result<QByteArray> fileBytes(const QString &path, qint64 most, ErrorCode tooLargeCode, const FileWords &words)
{
    const QFileInfo info(path);
    const QString name = fileNameOf(path);
    const QString native = QDir::toNativeSeparators(path);
    if (!info.exists())
        return failure(ErrorCode::kFileNotFound, QCoreApplication::translate("Files", "%1 was not found.").arg(native));
    if (!info.isFile())
        return failure(ErrorCode::kFileUnreadable, words.notAFile.arg(native));
    if (info.size() > most)
        return failure(tooLargeCode, words.tooLarge.arg(name).arg(info.size() / 1'000'000).arg(most / 1'000'000));
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorCode::kFileUnreadable,
                       QCoreApplication::translate("Files", "%1 cannot be opened: %2.").arg(name, file.errorString()));
    QByteArray bytes = file.read(most + 1);
    if (file.error() != QFileDevice::NoError)
        return failure(ErrorCode::kFileUnreadable,
                       QCoreApplication::translate("Files", "%1 cannot be read: %2.").arg(name, file.errorString()));
    return bytes;
}

QString fileNameOf(const QString &path)
{
    const QString name = QFileInfo(path).fileName();
    return name.isEmpty() ? path : name;
}

} // namespace conclave::app
