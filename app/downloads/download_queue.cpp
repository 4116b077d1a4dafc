#include "app/downloads/download_queue.h"

#include "app/downloads/download_source.h"
#include "app/library/json_file.h"
#include "app/text_of.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QJsonArray>
#include <QNetworkReply>

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr int kProgressMilliseconds = 250;
constexpr qint64 kMostListing = 8 << 20;
constexpr Download::State kStates[] = {Download::State::kQueued, Download::State::kLooking, Download::State::kRunning,
                                       Download::State::kPaused, Download::State::kDone,    Download::State::kFailed};

qint64 bytesHere(const QString &target)
{
    return QFileInfo::exists(target) ? QFileInfo(target).size() : QFileInfo(FileDownload::partName(target)).size();
}

QJsonObject toJson(const Download &download)
{
    QJsonArray files;
    for (const DownloadFile &file : download.files)
        files.append(
            QJsonObject{{"url", file.url.toString()}, {"target", file.target}, {"size", double(file.size)}, {"sha256", file.sha256}});
    return {{"id", double(download.id)},
            {"name", download.name},
            {"source", download.source},
            {"files", files},
            {"filesDone", download.filesDone},
            {"state", stateName(download.state)},
            {"message", download.message.toJson()},
            {"size", double(download.size)},
            {"proof", int(download.proof)}};
}

Download downloadOf(const QJsonObject &json)
{
    Download download;
    download.id = qint64(json.value(QStringLiteral("id")).toDouble());
    download.name = json.value(QStringLiteral("name")).toString();
    download.source = json.value(QStringLiteral("source")).toString();
    download.message = Phrase::fromJson(json.value(QStringLiteral("message")));
    download.size = qint64(json.value(QStringLiteral("size")).toDouble());
    for (const QJsonValue &value : json.value(QStringLiteral("files")).toArray()) {
        const QJsonObject file = value.toObject();
        download.files.append({QUrl(file.value(QStringLiteral("url")).toString()), file.value(QStringLiteral("target")).toString(),
                               qint64(file.value(QStringLiteral("size")).toDouble()), file.value(QStringLiteral("sha256")).toString()});
    }
    download.filesDone = std::clamp(json.value(QStringLiteral("filesDone")).toInt(), 0, int(download.files.size()));
    download.proof = Proof(std::clamp(json.value(QStringLiteral("proof")).toInt(), 0, int(Proof::kExpected)));
    for (const Download::State state : kStates) {
        if (stateName(state) == json.value(QStringLiteral("state")).toString())
            download.state = state;
    }
    for (const DownloadFile &file : std::as_const(download.files))
        download.received += bytesHere(file.target);
    return download;
}

} // namespace

QString stateName(Download::State state)
{
    switch (state) {
    case Download::State::kQueued:
        return QStringLiteral("queued");
    case Download::State::kLooking:
        return QStringLiteral("looking");
    case Download::State::kRunning:
        return QStringLiteral("running");
    case Download::State::kPaused:
        return QStringLiteral("paused");
    case Download::State::kDone:
        return QStringLiteral("done");
    case Download::State::kFailed:
        break;
    }
    return QStringLiteral("failed");
}

DownloadQueue::DownloadQueue(NetworkGate &gate, const QString &folder, const QString &target, Mode mode, const Patience &patience,
                             QObject *parent)
    : QObject(parent), m_gate(gate), m_file(folder + QStringLiteral("/downloads.json")), m_target(target), m_patience(patience),
      m_lock(folder + QStringLiteral("/downloads.lock"))
{
    m_lateProgress.setSingleShot(true);
    connect(&m_lateProgress, &QTimer::timeout, this, [this] { noteProgress(true); });
    QDir().mkpath(folder);
    m_lock.setStaleLockTime(0); // a lock is stale only when its process is gone
    m_lock.tryLock(0);
    load();
    m_firstId = mode == Mode::kAll ? 1 : m_nextId;
    QMetaObject::invokeMethod(this, &DownloadQueue::next, Qt::QueuedConnection);
}

DownloadQueue::~DownloadQueue()
{
    stopWork();
}

void DownloadQueue::load()
{
    const QJsonObject json = readJsonFile(m_file);
    m_hashes = json.value(QStringLiteral("hashes")).toObject();
    for (const QJsonValue &value : m_lock.isLocked() ? json.value(QStringLiteral("downloads")).toArray() : QJsonArray()) {
        Download download = downloadOf(value.toObject());
        const bool worked = download.state == Download::State::kRunning || download.state == Download::State::kLooking;
        if (worked)
            download.state = Download::State::kQueued;
        if (download.id <= 0 || download.source.isEmpty())
            continue;
        m_nextId = std::max(m_nextId, download.id + 1);
        m_downloads.append(download);
    }
}

void DownloadQueue::save()
{
    if (!m_lock.isLocked())
        return;
    QJsonArray downloads;
    for (const Download &download : std::as_const(m_downloads))
        downloads.append(toJson(download));
    const auto written = writeJsonFile(m_file, {{"downloads", downloads}, {"hashes", m_hashes}});
    if (!written)
        qWarning("conclave: %s", written.error().message.c_str());
}

const Download *DownloadQueue::find(qint64 id) const
{
    const auto found = std::find_if(m_downloads.cbegin(), m_downloads.cend(), [id](const Download &download) { return download.id == id; });
    return found == m_downloads.cend() ? nullptr : &*found;
}

Download *DownloadQueue::mutableFind(qint64 id)
{
    return const_cast<Download *>(find(id));
}

Download *DownloadQueue::running()
{
    return m_running == 0 ? nullptr : mutableFind(m_running);
}

QString DownloadQueue::targetOf(const QString &name) const
{
    return m_target + u'/' + safeFileName(name);
}

engine::Result<qint64> DownloadQueue::add(const QString &text)
{
    const auto source = parseSource(text, m_gate.hub());
    if (!source)
        return failure(
            engine::ErrorCode::kInvalidRequest,
            QCoreApplication::translate("Downloads", "“%1” is neither the address of a file nor a repository such as owner/name.")
                .arg(text.trimmed()));
    Download download;
    download.id = m_nextId++;
    download.source = text.trimmed();
    if (source->repository.isEmpty()) {
        download.name = safeFileName(source->url.path());
        download.files = {{source->url, targetOf(source->url.path()), 0, {}}};
    } else {
        download.name = source->repository;
    }
    m_downloads.append(download);
    save();
    Q_EMIT changed();
    next();
    return download.id;
}

qint64 DownloadQueue::add(const CatalogueModel &model)
{
    Download download;
    download.id = m_nextId++;
    download.source = model.wanted.isEmpty() ? model.repository : model.repository + u':' + model.wanted;
    download.name = model.name;
    // A projector's name often says no more than that it is one: models that see get a folder of their own, where the engine pairs them.
    const QString folder = model.files.size() > 1 ? model.id + u'/' : QString();
    for (const CatalogueFile &file : model.files)
        download.files.append({fileUrl(m_gate.hub(), model.repository, file.path), m_target + u'/' + folder + safeFileName(file.path),
                               file.size, file.sha256});
    download.size = model.bytes();
    m_downloads.append(download);
    save();
    Q_EMIT changed();
    next();
    return download.id;
}

void DownloadQueue::pause(qint64 id)
{
    Download *download = mutableFind(id);
    if (!download || download->state == Download::State::kDone)
        return;
    if (id == m_running)
        return settle(Download::State::kPaused);
    download->state = Download::State::kPaused;
    save();
    Q_EMIT changed();
}

void DownloadQueue::resume(qint64 id)
{
    Download *download = mutableFind(id);
    if (!download || (download->state != Download::State::kPaused && download->state != Download::State::kFailed))
        return;
    download->state = Download::State::kQueued;
    download->message = {};
    save();
    Q_EMIT changed();
    next();
}

void DownloadQueue::remove(qint64 id)
{
    const Download *download = find(id);
    if (!download)
        return;
    const QVector<DownloadFile> files = download->files;
    if (id == m_running)
        stopWork();
    for (const DownloadFile &file : files)
        FileDownload::discard(file.target);
    m_downloads.removeIf([id](const Download &each) { return each.id == id; });
    save();
    Q_EMIT changed();
    next();
}

void DownloadQueue::stopWork()
{
    m_running = 0;
    m_lateProgress.stop();
    if (m_work) {
        m_work->disconnect(this);
        m_work->stop();
        m_work.release()->deleteLater(); // it may be what called us
    }
    if (m_listing) {
        m_listing->disconnect(this);
        m_listing->abort();
        m_listing->deleteLater();
        m_listing = nullptr;
    }
}

/// Begins the first that waits, if nothing runs.
void DownloadQueue::next()
{
    if (m_running != 0)
        return;
    const auto waiting = std::find_if(m_downloads.begin(), m_downloads.end(), [this](const Download &download) {
        return download.state == Download::State::kQueued && download.id >= m_firstId;
    });
    if (waiting == m_downloads.end())
        return;
    m_running = waiting->id;
    if (waiting->files.isEmpty()) {
        look(*waiting);
        return;
    }
    waiting->state = Download::State::kRunning;
    save();
    Q_EMIT changed();
    startFile();
}

void DownloadQueue::look(Download &download)
{
    const auto source = parseSource(download.source, m_gate.hub());
    download.state = Download::State::kLooking;
    Q_EMIT changed();
    if (!source || source->repository.isEmpty())
        return settle(Download::State::kFailed,
                      Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "“%1” is no repository.")).arg(download.source));
    m_listing = m_gate.get(QNetworkRequest(listUrl(m_gate.hub(), source->repository)),
                           Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "List of a model's files")));
    if (!m_listing)
        return settle(Download::State::kFailed, Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "The program is offline.")));
    connect(m_listing, &QNetworkReply::finished, this, [this, id = download.id] {
        QNetworkReply *reply = m_listing;
        m_listing = nullptr;
        reply->deleteLater();
        const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (reply->error() != QNetworkReply::NoError || status != 200)
            return settle(
                Download::State::kFailed,
                status == 404 || status == 401
                    ? Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "There is no such repository, or it is not open to everyone."))
                    : Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 could not be asked: %2."))
                          .arg(m_gate.hub().host(), reply->errorString()));
        takeListing(id, reply->read(kMostListing));
    });
    connect(&m_gate, &NetworkGate::wentOffline, m_listing, &QNetworkReply::abort);
}

void DownloadQueue::takeListing(qint64 id, const QByteArray &json)
{
    Download *download = mutableFind(id);
    if (!download)
        return;
    const auto source = parseSource(download->source, m_gate.hub());
    const QVector<HubFile> chosen = chooseFiles(parseListing(json), source->file);
    if (chosen.isEmpty())
        return settle(
            Download::State::kFailed,
            source->file.isEmpty()
                ? Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "The repository %1 has no GGUF files.")).arg(source->repository)
                : Phrase(
                      "Downloads",
                      QT_TRANSLATE_NOOP("Downloads", "The repository %1 has no GGUF file with “%2” in its name, or not all of its parts."))
                      .arg(source->repository, source->file));
    const QString folder = chosen.size() > 1 ? source->repository.section(u'/', 1) + u'/' : QString();
    download->size = 0;
    for (const HubFile &file : chosen) {
        download->files.append({fileUrl(m_gate.hub(), source->repository, file.path), m_target + u'/' + folder + safeFileName(file.path),
                                file.size, file.sha256});
        download->size += file.size;
    }
    if (download->name == source->repository)
        download->name = chosen.front().path.section(u'/', -1);
    download->state = Download::State::kRunning;
    save();
    Q_EMIT changed();
    startFile();
}

void DownloadQueue::startFile()
{
    Download *download = running();
    while (download->filesDone < download->files.size()) {
        const DownloadFile &file = download->files[download->filesDone];
        // Finished in an earlier run, or fetched for another model: the same bytes, if the hash says so.
        const QString known = knownHash(file.target);
        if (known.isEmpty() || (!file.sha256.isEmpty() && known != file.sha256))
            break;
        ++download->filesDone;
    }
    if (download->filesDone == download->files.size())
        return settle(Download::State::kDone);
    m_work = std::make_unique<FileDownload>(m_gate, download->files[download->filesDone], m_patience);
    connect(m_work.get(), &FileDownload::progressed, this, [this] { noteProgress(false); });
    connect(m_work.get(), &FileDownload::finished, this, &DownloadQueue::fileFinished);
    connect(m_work.get(), &FileDownload::failed, this, [this](const Phrase &message) { settle(Download::State::kFailed, message); });
    m_sinceProgress.invalidate();
    m_work->start();
}

void DownloadQueue::fileFinished(Proof proof, const QString &sha256)
{
    Download *download = running();
    const QFileInfo file(download->files[download->filesDone].target);
    m_hashes.insert(file.absoluteFilePath(), QJsonArray{double(file.size()), double(file.lastModified().toMSecsSinceEpoch()), sha256});
    download->proof = std::min(download->proof, proof);
    ++download->filesDone;
    noteProgress(true);
    m_work.release()->deleteLater();
    if (download->filesDone == download->files.size())
        return settle(Download::State::kDone);
    save();
    startFile();
}

/// The one that runs is done, failed or paused.
void DownloadQueue::settle(Download::State state, const Phrase &message)
{
    noteProgress(true);
    Download *download = running();
    const qint64 id = m_running;
    download->state = state;
    download->message = message;
    download->bytesPerSecond = 0;
    stopWork();
    save();
    Q_EMIT changed();
    if (state == Download::State::kDone)
        Q_EMIT finished(id);
    // Later: what is told of this one may add or remove others.
    QMetaObject::invokeMethod(this, &DownloadQueue::next, Qt::QueuedConnection);
}

void DownloadQueue::noteProgress(bool now)
{
    Download *download = running();
    if (!download)
        return;
    if (!now && m_sinceProgress.isValid() && m_sinceProgress.elapsed() < kProgressMilliseconds) {
        if (!m_lateProgress.isActive())
            m_lateProgress.start(kProgressMilliseconds);
        return;
    }
    m_lateProgress.stop();
    qint64 received = 0;
    for (int i = 0; i < download->filesDone; ++i)
        received += QFileInfo(download->files[i].target).size();
    if (m_work && download->filesDone < download->files.size()) {
        received += m_work->received();
        if (download->files.size() == 1)
            download->size = m_work->size();
    }
    const double seconds = m_sinceProgress.isValid() ? double(m_sinceProgress.elapsed()) / 1000 : 0;
    if (seconds > 0 && received >= m_receivedThen) {
        const double rate = double(received - m_receivedThen) / seconds;
        download->bytesPerSecond = download->bytesPerSecond > 0 ? 0.7 * download->bytesPerSecond + 0.3 * rate : rate;
    }
    m_sinceProgress.start();
    m_receivedThen = received;
    download->received = received;
    Q_EMIT progressed(download->id);
}

QString DownloadQueue::knownHash(const QString &file) const
{
    const QFileInfo info(file);
    const QJsonArray known = m_hashes.value(info.absoluteFilePath()).toArray();
    const bool same = info.exists() && known.size() == 3 && qint64(known[0].toDouble()) == info.size() &&
                      qint64(known[1].toDouble()) == info.lastModified().toMSecsSinceEpoch();
    return same ? known[2].toString() : QString();
}

QString DownloadQueue::recordedHash(const QString &file) const
{
    return m_hashes.value(QFileInfo(file).absoluteFilePath()).toArray().at(2).toString();
}

} // namespace conclave::app
