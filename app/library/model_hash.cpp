#include "app/library/model_hash.h"

#include "app/library/file_scan.h"
#include "app/library/json_file.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QJsonObject>
#include <QStringList>

namespace conclave::app
{
namespace
{

constexpr qint64 kChunk = qint64(4) * 1024 * 1024;
constexpr int kMostEntries = 500;

/// Empty: one of the files is missing.
QString stampOf(const QString &file)
{
    QStringList out;
    for (const QString &part : partsOf(file)) {
        const QFileInfo info(part);
        if (!info.isFile())
            return {};
        out << QStringLiteral("%1@%2").arg(info.size()).arg(info.lastModified().toMSecsSinceEpoch());
    }
    return out.join(u' ');
}

/// Empty: stopped, or unreadable.
QString hashOf(const QString &file, const std::stop_token &stop)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QString &part : partsOf(file)) {
        QFile in(part);
        if (!in.open(QIODevice::ReadOnly))
            return {};
        while (!in.atEnd()) {
            const QByteArray chunk = in.read(kChunk);
            if (chunk.isEmpty() || stop.stop_requested())
                return {};
            hash.addData(chunk);
        }
    }
    return QString::fromLatin1(hash.result().toHex());
}

} // namespace

ModelHashes::ModelHashes(const QString &folder, QObject *parent) : QObject(parent), m_path(folder + QStringLiteral("/model-hashes.json"))
{
    m_threads.setMaxThreadCount(1);
    m_threads.setThreadPriority(QThread::LowestPriority);
    const QJsonObject json = readJsonFile(m_path);
    for (auto entry = json.constBegin(); entry != json.constEnd(); ++entry)
        m_entries.insert(entry.key(),
                         {entry.value()[QLatin1String("stamp")].toString(), entry.value()[QLatin1String("sha256")].toString()});
}

ModelHashes::~ModelHashes()
{
    m_stop.request_stop();
    m_threads.clear();
    m_threads.waitForDone();
}

QString ModelHashes::known(const QString &file) const
{
    const auto found = m_entries.constFind(file);
    return found != m_entries.constEnd() && !found->hash.isEmpty() && found->stamp == stampOf(file) ? found->hash : QString();
}

void ModelHashes::make(const QString &file)
{
    if (!known(file).isEmpty())
        return Q_EMIT hashed(file);
    read(file, [this, file](const Entry &entry) {
        if (!entry.hash.isEmpty())
            take(file, entry);
    });
}

void ModelHashes::check(const QString &file)
{
    read(file, [this, file](const Entry &entry) {
        if (entry.hash.isEmpty())
            return Q_EMIT checked(file, Check::kUnreadable);
        const Entry before = m_entries.value(file);
        const bool sameFile = !before.hash.isEmpty() && before.stamp == entry.stamp;
        take(file, entry);
        Q_EMIT checked(file, !sameFile ? Check::kFirst : before.hash == entry.hash ? Check::kAsBefore : Check::kChanged);
    });
}

/// `taken` hears on the own thread; without a hash when the file cannot be read or changed meanwhile.
void ModelHashes::read(const QString &file, std::function<void(const Entry &)> taken)
{
    m_threads.start([this, file, taken = std::move(taken), stop = m_stop.get_token()] {
        Entry entry{stampOf(file), hashOf(file, stop)};
        if (entry.stamp.isEmpty() || entry.stamp != stampOf(file))
            entry.hash.clear();
        QMetaObject::invokeMethod(
            this, [taken, entry] { taken(entry); }, Qt::QueuedConnection);
    });
}

void ModelHashes::take(const QString &file, const Entry &entry)
{
    if (m_entries.size() >= kMostEntries)
        m_entries.clear();
    m_entries.insert(file, entry);
    QJsonObject json;
    for (auto one = m_entries.constBegin(); one != m_entries.constEnd(); ++one)
        json.insert(one.key(), QJsonObject{{QStringLiteral("stamp"), one->stamp}, {QStringLiteral("sha256"), one->hash}});
    if (const auto written = writeJsonFile(m_path, json); !written)
        qWarning("conclave: %s", written.error().message.c_str());
    Q_EMIT hashed(file);
}

} // namespace conclave::app
