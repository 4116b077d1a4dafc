#include "app/paths.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace conclave::app
{
namespace
{

/// Looks beside the program, in the install prefix, and in the source tree of a development build.
QString findResource(const QString &relative)
{
    const QString program = QCoreApplication::applicationDirPath();
    QStringList places{program + QStringLiteral("/resources/"), program + QStringLiteral("/../share/conclave/"),
                       program + QStringLiteral("/../Resources/")};
#ifdef CONCLAVE_SOURCE_RESOURCES
    places << QStringLiteral(CONCLAVE_SOURCE_RESOURCES "/");
#endif
    for (const QString &place : std::as_const(places)) {
        const QFileInfo file(place + relative);
        if (file.isFile())
            return QDir::cleanPath(file.absoluteFilePath());
    }
    return {};
}

/// For what can be made again.
QString inCache(const QString &name)
{
    const QString home = qEnvironmentVariable("CONCLAVE_HOME");
    const QString folder = home.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::CacheLocation) : QDir::cleanPath(home);
    return folder.isEmpty() ? QString() : QDir(folder).filePath(name);
}

} // namespace

QString dataFolder()
{
    const QString home = qEnvironmentVariable("CONCLAVE_HOME");
    return home.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) : QDir::cleanPath(home);
}

QString settingsFile(const QString &folder)
{
    return QDir(folder).filePath(QStringLiteral("settings.ini"));
}

QString cardCacheFolder()
{
    return inCache(QStringLiteral("kernels"));
}

QString usedExpertsFolder()
{
    return inCache(QStringLiteral("experts"));
}

QString builtInModelPath()
{
    return findResource(QStringLiteral("models/conclave-chart.gguf"));
}

QString cataloguePath()
{
    return findResource(QStringLiteral("catalogue.json"));
}

QString samplePath()
{
    return findResource(QStringLiteral("samples/sales.png"));
}

} // namespace conclave::app
