#include "app/library/file_scan.h"

#include "app/text_of.h"

#include <QDateTime>
#include <QDir>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr int kMostFiles = 50'000;
constexpr int kReportMilliseconds = 250;

QString stampOf(const QFileInfo &file)
{
    return QStringLiteral("%1:%2").arg(file.size()).arg(file.lastModified().toMSecsSinceEpoch());
}

/// Names, sizes and times of a folder's projectors: when they change, models beside them are paired anew.
QString projectorStamp(const QString &folder)
{
    QString stamp;
    const QFileInfoList files = QDir(folder).entryInfoList({QStringLiteral("mmproj*.gguf")}, QDir::Files, QDir::Name | QDir::IgnoreCase);
    for (const QFileInfo &file : files)
        stamp += file.fileName() + u'=' + stampOf(file) + u';';
    return stamp;
}

class Scan
{
public:
    Scan(const ScanRequest &request, const HeaderReader &reader, const std::function<void(const ScanResult &)> &found, std::stop_token stop)
        : m_request(request), m_reader(reader), m_found(found), m_stop(std::move(stop))
    {
        m_sinceReport.start();
    }

    ScanResult run()
    {
        for (const QString &file : m_request.files)
            take(file, true);
        for (const QString &folder : m_request.folders) {
            QDirIterator files(folder, {QStringLiteral("*.gguf")}, QDir::Files, QDirIterator::Subdirectories);
            while (files.hasNext() && m_seen.size() < kMostFiles && !m_stop.stop_requested())
                take(files.next(), false);
        }
        sort();
        return m_result;
    }

private:
    /// `named`: by the user, so that its absence is said.
    void take(const QString &path, bool named)
    {
        const QString file = partsOf(path).front();
        const QFileInfo info(file);
        const QString identity = info.exists() ? info.canonicalFilePath() : spelled(file);
        if (m_seen.contains(identity) || m_stop.stop_requested())
            return;
        m_seen.insert(identity);
        if (!info.exists() && !named && path == file)
            return;
        add(spelled(file));
        if (m_found && m_sinceReport.elapsed() > kReportMilliseconds) {
            sort();
            m_found(m_result);
            m_sinceReport.restart();
        }
    }

    void add(const QString &file)
    {
        QString stamp;
        for (const QString &part : partsOf(file))
            stamp += stampOf(QFileInfo(part)) + u'|';
        const auto known = m_request.known.constFind(file);
        const QString folder = QFileInfo(file).absolutePath();
        if (known != m_request.known.constEnd()) {
            const QString expected = known->wantsProjector ? stamp + projectorsIn(folder) : stamp;
            if (known->stamp == expected) {
                m_result.entries.append(*known);
                return;
            }
        }
        const auto header = m_reader(file);
        ++m_result.headersRead;
        ModelEntry entry = header ? entryOf(*header) : brokenEntry(file, header.error());
        entry.file = file;
        if (!entry.projector.isEmpty())
            entry.projector = spelled(entry.projector);
        entry.stamp = entry.wantsProjector ? stamp + projectorsIn(folder) : stamp;
        m_result.entries.append(entry);
    }

    const QString &projectorsIn(const QString &folder)
    {
        auto found = m_projectors.find(folder);
        if (found == m_projectors.end())
            found = m_projectors.insert(folder, projectorStamp(folder));
        return *found;
    }

    void sort()
    {
        std::sort(m_result.entries.begin(), m_result.entries.end(), [](const ModelEntry &a, const ModelEntry &b) {
            const int order = a.name.compare(b.name, Qt::CaseInsensitive);
            return order != 0 ? order < 0 : a.file < b.file;
        });
    }

    const ScanRequest &m_request;
    const HeaderReader &m_reader;
    const std::function<void(const ScanResult &)> &m_found;
    std::stop_token m_stop;
    ScanResult m_result;
    QSet<QString> m_seen;
    QHash<QString, QString> m_projectors;
    QElapsedTimer m_sinceReport;
};

} // namespace

engine::Result<engine::ModelHeader> readHeader(const QString &file)
{
    return engine::readModelHeader(std::filesystem::path(file.toStdU16String()));
}

QStringList partsOf(const QString &file)
{
    static const QRegularExpression kPart(QStringLiteral("^(.*)-(\\d{5})-of-(\\d{5})\\.gguf$"));
    const QRegularExpressionMatch match = kPart.match(file);
    const int count = match.captured(3).toInt();
    const int number = match.captured(2).toInt();
    if (!match.hasMatch() || count < 1 || count > 9999 || number < 1 || number > count)
        return {file};
    QStringList parts;
    for (int i = 1; i <= count; ++i)
        parts << QStringLiteral("%1-%2-of-%3.gguf")
                     .arg(match.captured(1))
                     .arg(i, 5, 10, QLatin1Char('0'))
                     .arg(count, 5, 10, QLatin1Char('0'));
    return parts;
}

ScanResult scanFiles(const ScanRequest &request, const HeaderReader &reader, const std::function<void(const ScanResult &)> &found,
                     std::stop_token stop)
{
    return Scan(request, reader, found, std::move(stop)).run();
}

} // namespace conclave::app
