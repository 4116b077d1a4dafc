#include "app/log/problem_report.h"

#include "app/chat/receipt.h"
#include "engine/base/process_memory.h"

#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QStringList>
#include <QSysInfo>
#include <QThread>

namespace conclave::app
{
namespace
{

constexpr int kMostLines = 60;

QString modelText(const ModelStatus &model)
{
    if (!model.loaded)
        return QStringLiteral("none");
    return QStringLiteral("%1 (%2, %3), %4 tokens, on %5")
        .arg(QString::fromStdString(model.info.name), QString::fromStdString(model.info.architecture), QFileInfo(model.file).fileName())
        .arg(model.contextTokens)
        .arg(model.device);
}

} // namespace

QString problemReport(const QString &problem, const ModelStatus &model, const QVector<LogLine> &log)
{
    QStringList lines;
    if (!problem.isEmpty())
        lines << problem << QString();
    lines << QStringLiteral("Program: ") + buildName()
          << QStringLiteral("System: %1, %2, Qt %3, %4")
                 .arg(QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture(), QString::fromLatin1(qVersion()),
                      QGuiApplication::platformName())
          << QStringLiteral("Processor: %1 threads").arg(QThread::idealThreadCount())
          << QStringLiteral("Memory of the program: %1 MB").arg(engine::residentMemoryBytes() / 1'000'000)
          << QStringLiteral("Model: ") + modelText(model) << QString();
    for (const LogLine &line : log.mid(qMax<qsizetype>(0, log.size() - kMostLines)))
        lines << line.time.toString(Qt::ISODateWithMs) + u' ' + line.text;
    return lines.join(u'\n').replace(QDir::homePath(), QStringLiteral("~"));
}

} // namespace conclave::app
