#include "app/library/json_file.h"

#include "app/text_of.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QSaveFile>

namespace conclave::app
{
namespace
{

constexpr qint64 kMostBytes = qint64(64) << 20;

} // namespace

QJsonObject readJsonFile(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > kMostBytes)
        return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

engine::Result<engine::Done> writeJsonFile(const QString &path, const QJsonObject &json)
{
    QDir().mkpath(QFileInfo(path).absolutePath());
    QSaveFile file(path);
    const QByteArray bytes = QJsonDocument(json).toJson(QJsonDocument::Compact);
    if (file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit())
        return engine::Done{};
    return failure(engine::ErrorCode::kWriteFailed,
                   QCoreApplication::translate("ModelLibrary", "%1 could not be written: %2. Is the disk full, or the folder read-only?")
                       .arg(QDir::toNativeSeparators(path), file.errorString()));
}

} // namespace conclave::app
