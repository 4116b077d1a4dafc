#include "app/downloads/file_download.h"

#include "app/library/json_file.h"
#include "app/size_text.h"
#include "app/text_of.h"
#include "engine/api/model_header.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QStorageInfo>

#include <algorithm>

namespace conclave::app
{
namespace
{

constexpr int kMostRedirects = 8;
constexpr qint64 kChunk = 1 << 20;
constexpr qint64 kSpare = qint64(64) << 20;     ///< of the disk, that a download leaves free
constexpr qint64 kRoomStep = qint64(256) << 20; ///< bytes between two looks at the disk
constexpr int kMostWait = 60'000;

bool isHex256(const QString &text)
{
    static const QRegularExpression kHex(QStringLiteral("^[0-9a-f]{64}$"));
    return kHex.match(text).hasMatch();
}

/// Without quotes and weakness mark.
QString bareTag(const QByteArray &etag)
{
    QString tag = QString::fromLatin1(etag).trimmed();
    if (tag.startsWith(QLatin1String("W/")))
        tag.remove(0, 2);
    return tag.remove(u'"').toLower();
}

struct ContentRange
{
    qint64 first = -1; ///< -1: "*"
    qint64 total = -1; ///< -1: "*"
};

ContentRange contentRange(const QByteArray &header)
{
    static const QRegularExpression kRange(QStringLiteral("^bytes (?:(\\d+)-(\\d+)|\\*)/(?:(\\d+)|\\*)$"));
    const QRegularExpressionMatch match = kRange.match(QString::fromLatin1(header).trimmed());
    ContentRange range;
    if (match.hasMatch() && !match.captured(1).isEmpty())
        range.first = match.captured(1).toLongLong();
    if (match.hasMatch() && !match.captured(3).isEmpty())
        range.total = match.captured(3).toLongLong();
    return range;
}

} // namespace

FileDownload::FileDownload(NetworkGate &gate, const DownloadFile &file, const Patience &patience, QObject *parent)
    : QObject(parent), m_gate(gate), m_file(file), m_patience(patience), m_part(partName(file.target)), m_size(file.size)
{
    m_hasher.setMaxThreadCount(1);
    m_stall.setSingleShot(true);
    m_wait.setSingleShot(true);
    connect(&m_stall, &QTimer::timeout, this,
            [this] { tryAgain(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 stopped sending.")).arg(m_url.host())); });
    connect(&m_wait, &QTimer::timeout, this, [this] {
        m_redirects = 0;
        connectTo(m_file.url);
    });
    connect(&gate, &NetworkGate::wentOffline, this, [this] {
        if (!m_stopped)
            fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "The program is offline.")), true);
    });
}

FileDownload::~FileDownload()
{
    stop();
    m_hasher.waitForDone();
}

QString FileDownload::partName(const QString &target)
{
    return target + QStringLiteral(".part");
}

QString FileDownload::stateName(const QString &target)
{
    return target + QStringLiteral(".part.json");
}

void FileDownload::discard(const QString &target)
{
    QFile::remove(partName(target));
    QFile::remove(stateName(target));
}

void FileDownload::start()
{
    m_stopped = false;
    m_failures = 0;
    m_restarts = 0;
    m_redirects = 0;
    const QString name = QDir::toNativeSeparators(m_file.target);
    if (QFileInfo::exists(m_file.target))
        return fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 is there already.")).arg(name), true);
    if (!QDir().mkpath(QFileInfo(m_file.target).absolutePath()) || !m_part.open(QIODevice::ReadWrite | QIODevice::Unbuffered))
        return fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 cannot be written: %2.")).arg(name, m_part.errorString()), true);
    loadState();
    hashPart();
}

void FileDownload::stop()
{
    m_stopped = true;
    m_stall.stop();
    m_wait.stop();
    dropReply();
    m_part.close();
}

/// What an earlier run fetched is hashed before anything is added to it, on another thread: it may be gigabytes.
void FileDownload::hashPart()
{
    const qint64 length = m_part.size();
    if (length == 0 || (m_file.size > 0 && length > m_file.size))
        return begin(0, std::make_shared<QCryptographicHash>(QCryptographicHash::Sha256));
    m_hasher.start([this, name = m_part.fileName(), length] {
        auto hash = std::make_shared<QCryptographicHash>(QCryptographicHash::Sha256);
        QFile part(name);
        qint64 done = 0;
        bool whole = part.open(QIODevice::ReadOnly);
        while (whole && done < length) {
            const QByteArray bytes = part.read(std::min(kChunk, length - done));
            whole = !bytes.isEmpty();
            hash->addData(bytes);
            done += bytes.size();
        }
        QMetaObject::invokeMethod(this, [this, hash, whole, length] {
            if (!m_stopped)
                begin(whole ? length : 0, whole ? hash : std::make_shared<QCryptographicHash>(QCryptographicHash::Sha256));
        });
    });
}

void FileDownload::begin(qint64 have, std::shared_ptr<QCryptographicHash> hash)
{
    m_hash = std::move(hash);
    m_received = have;
    if (!m_part.resize(have) || !m_part.seek(have))
        return fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 cannot be written: %2."))
                        .arg(QDir::toNativeSeparators(m_part.fileName()), m_part.errorString()),
                    true);
    if (m_size > 0 && m_received == m_size && !m_file.sha256.isEmpty())
        return verify();
    if (!hasRoom())
        return;
    connectTo(m_file.url);
}

void FileDownload::connectTo(const QUrl &url)
{
    m_url = url;
    m_headersRead = false;
    m_atConnect = m_received;
    QNetworkRequest request(url);
    if (m_received > 0) {
        request.setRawHeader("Range", "bytes=" + QByteArray::number(m_received) + '-');
        if (!m_etag.isEmpty() && !m_etag.startsWith("W/"))
            request.setRawHeader("If-Range", m_etag);
    }
    m_reply = m_gate.get(request, Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "Download of a model")));
    if (!m_reply)
        return fail(m_gate.settings().offline
                        ? Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "The program is offline."))
                        : Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 is no address of the web.")).arg(url.toDisplayString()),
                    true);
    m_reply->setReadBufferSize(4 * kChunk);
    connect(m_reply, &QNetworkReply::metaDataChanged, this, &FileDownload::readHeaders);
    connect(m_reply, &QNetworkReply::readyRead, this, &FileDownload::take);
    connect(m_reply, &QNetworkReply::finished, this, &FileDownload::ended);
    m_stall.start(m_patience.stallMilliseconds);
}

void FileDownload::dropReply()
{
    m_stall.stop();
    if (!m_reply)
        return;
    m_reply->disconnect(this);
    m_reply->deleteLater(); // which ends the connection; an abort out of the reply's own signals would confuse it
    m_reply = nullptr;
}

// ---------------------------------------------------------------------------------------------------------------------
// What the server says

void FileDownload::readHeaders()
{
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (m_headersRead || status == 0)
        return;
    m_headersRead = true;
    m_stall.start(m_patience.stallMilliseconds);
    if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) {
        if (acceptStatement())
            followRedirect();
        return;
    }
    acceptStatus(status);
}

/// By hand: the first answer of a hub tells the hash, the last one comes from wherever the bytes lie.
void FileDownload::followRedirect()
{
    const QUrl next = m_url.resolved(QUrl::fromEncoded(m_reply->rawHeader("Location"), QUrl::StrictMode));
    dropReply();
    if (++m_redirects > kMostRedirects)
        return fail(
            Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 sends from one address to the next without end.")).arg(m_url.host()),
            true);
    const bool weaker = m_url.scheme() == QLatin1String("https") && next.scheme() != QLatin1String("https");
    if (!next.isValid() || next.host().isEmpty() || weaker)
        return fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 sends to an address that is not safe.")).arg(m_url.host()),
                    true);
    connectTo(next);
}

/// False: the reply was dropped; what is to be done has been done.
bool FileDownload::acceptStatus(int status)
{
    const QString host = m_url.host();
    switch (status) {
    case 200:
        return acceptWhole();
    case 206:
        return acceptPartial();
    case 416:
        return acceptRest();
    case 401:
    case 403:
        fail(
            Phrase(
                "Downloads",
                QT_TRANSLATE_NOOP(
                    "Downloads",
                    "%1 does not give this file to everyone. Its page may ask you to sign in or to accept a licence; download it there and "
                    "drop "
                    "it on this window."))
                .arg(host),
            true);
        return false;
    case 404:
    case 410:
        fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 does not have this file (any more).")).arg(host), true);
        return false;
    default:
        break;
    }
    if (status == 408 || status == 429 || status >= 500)
        tryAgain(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 is busy (%2).")).arg(host).arg(status));
    else
        fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 answers in a way that makes no sense for a file (%2)."))
                 .arg(host)
                 .arg(status),
             true);
    return false;
}

/// All bytes from the first on, asked for or not.
bool FileDownload::acceptWhole()
{
    if (m_received > 0) {
        if (!restart())
            return false;
        m_atConnect = 0;
    }
    const QByteArray encoding = m_reply->rawHeader("Content-Encoding").trimmed().toLower();
    const QString type = m_reply->header(QNetworkRequest::ContentTypeHeader).toString();
    if (type.startsWith(QLatin1String("text/html"), Qt::CaseInsensitive)) {
        fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 sent a web page instead of the file.")).arg(m_url.host()), true);
        return false;
    }
    if (!encoding.isEmpty() && encoding != "identity") {
        fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 sent the file in a form that was not asked for.")).arg(m_url.host()),
             true);
        return false;
    }
    if (!acceptStatement())
        return false;
    const QByteArray length = m_reply->rawHeader("Content-Length");
    if (!length.isEmpty() && !acceptSize(length.toLongLong()))
        return false;
    m_etag = m_reply->rawHeader("ETag");
    saveState();
    return hasRoom();
}

bool FileDownload::acceptPartial()
{
    const ContentRange range = contentRange(m_reply->rawHeader("Content-Range"));
    const QByteArray etag = m_reply->rawHeader("ETag");
    const bool changed = !m_etag.isEmpty() && !etag.isEmpty() && etag != m_etag;
    if (range.first != m_received || changed) {
        if (restart())
            tryAgain(changed ? Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "The file on %1 has changed.")).arg(m_url.host())
                             : Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 sent another part of the file than was asked for."))
                                   .arg(m_url.host()));
        return false;
    }
    if (!acceptStatement() || (range.total >= 0 && !acceptSize(range.total)))
        return false;
    m_etag = etag.isEmpty() ? m_etag : etag;
    saveState();
    return hasRoom();
}

/// There is nothing behind what we have: either it is complete, or it is something else.
bool FileDownload::acceptRest()
{
    const ContentRange range = contentRange(m_reply->rawHeader("Content-Range"));
    if (m_received > 0 && range.total == m_received && (m_size == 0 || m_size == range.total)) {
        m_size = range.total;
        dropReply();
        verify();
    } else if (restart()) {
        tryAgain(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 has another file than before.")).arg(m_url.host()));
    }
    return false;
}

/// Hash and size as a hub states them, on the way or at the end.
bool FileDownload::acceptStatement()
{
    for (const char *header : {"X-Linked-ETag", "ETag"}) {
        const QString tag = bareTag(m_reply->rawHeader(header));
        if (!isHex256(tag))
            continue;
        if (!m_file.sha256.isEmpty() && tag != m_file.sha256) {
            fail(Phrase("Downloads",
                        QT_TRANSLATE_NOOP(
                            "Downloads",
                            "%1 has another file under this name: its SHA-256 is not the one that was expected. Nothing was kept of it."))
                     .arg(m_url.host()),
                 true);
            return false;
        }
        m_statedSha256 = tag;
        break;
    }
    const QByteArray size = m_reply->rawHeader("X-Linked-Size");
    return size.isEmpty() || acceptSize(size.toLongLong());
}

bool FileDownload::acceptSize(qint64 total)
{
    if (m_file.size > 0 && total != m_file.size) {
        fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 has another file under this name: %2 bytes instead of %3."))
                 .arg(m_url.host())
                 .arg(total)
                 .arg(m_file.size),
             true);
        return false;
    }
    if (m_size > 0 && total != m_size) {
        const bool fresh = m_received == 0;
        m_size = total;
        if (fresh)
            return true;
        if (restart())
            tryAgain(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "The file on %1 has changed.")).arg(m_url.host()));
        return false;
    }
    m_size = total;
    return true;
}

// ---------------------------------------------------------------------------------------------------------------------
// Bytes

/// Throws away what has come. False: that happened too often, and the download failed.
bool FileDownload::restart()
{
    constexpr int kMostRestarts = 4;
    if (++m_restarts > kMostRestarts) {
        fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 sends the file differently each time.")).arg(m_url.host()), false);
        return false;
    }
    m_hash = std::make_shared<QCryptographicHash>(QCryptographicHash::Sha256);
    m_received = 0;
    m_etag.clear();
    m_size = m_file.size;
    if (m_part.resize(0) && m_part.seek(0))
        return true;
    fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 cannot be written: %2."))
             .arg(QDir::toNativeSeparators(m_part.fileName()), m_part.errorString()),
         true);
    return false;
}

void FileDownload::take()
{
    if (!m_headersRead)
        readHeaders();
    const int status = m_reply ? m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() : 0;
    while (m_reply && (status == 200 || status == 206) && m_reply->bytesAvailable() > 0) {
        if (!write(m_reply->read(kChunk)))
            return;
    }
    Q_EMIT progressed();
}

bool FileDownload::write(const QByteArray &bytes)
{
    m_stall.start(m_patience.stallMilliseconds);
    if (m_size > 0 && m_received + bytes.size() > m_size) {
        if (restart())
            tryAgain(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 sent more than it had announced.")).arg(m_url.host()));
        return false;
    }
    if (m_received == 0 && bytes.size() >= 4 && m_file.target.endsWith(QLatin1String(".gguf")) && !bytes.startsWith("GGUF")) {
        discard(m_file.target);
        fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "What %1 sends is no model file.")).arg(m_url.host()), true);
        return false;
    }
    if (!hasRoom())
        return false;
    if (m_part.write(bytes) != bytes.size()) {
        fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 cannot be written: %2. What has come is kept."))
                 .arg(QDir::toNativeSeparators(m_part.fileName()), m_part.errorString()),
             false);
        return false;
    }
    m_hash->addData(bytes);
    m_received += bytes.size();
    return true;
}

/// Looks at the disk now and then: others fill it too.
bool FileDownload::hasRoom()
{
    if (m_received < m_roomUntil)
        return true;
    const QStorageInfo disk(QFileInfo(m_file.target).absolutePath());
    const qint64 needed = (m_size > 0 ? m_size - m_received : 0) + kSpare;
    m_roomUntil = m_received + kRoomStep;
    if (!disk.isValid() || disk.bytesAvailable() < 0 || disk.bytesAvailable() >= needed)
        return true;
    m_roomUntil = 0;
    fail(Phrase(
             "Downloads",
             QT_TRANSLATE_NOOP(
                 "Downloads", "%1 needs %2 more, and %3 are free on its disk. Make room, or choose another folder; what has come is kept."))
             .arg(QFileInfo(m_file.target).fileName(), sizeText(quint64(needed)), sizeText(quint64(disk.bytesAvailable()))),
         false);
    return false;
}

void FileDownload::ended()
{
    const QNetworkReply *reply = m_reply;
    take();
    if (!m_reply || m_reply != reply) // something was decided on the way
        return;
    const QNetworkReply::NetworkError error = m_reply->error();
    const QString reason = m_reply->errorString();
    if (error != QNetworkReply::NoError || !m_headersRead)
        return tryAgain(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "The connection to %1 broke: %2.")).arg(m_url.host(), reason));
    if (m_size > 0 && m_received < m_size)
        return tryAgain(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "The connection to %1 ended early.")).arg(m_url.host()));
    dropReply();
    verify();
}

void FileDownload::tryAgain(const Phrase &why)
{
    dropReply();
    m_failures = m_received > m_atConnect ? 1 : m_failures + 1;
    if (m_failures > m_patience.tries)
        return fail(why + Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "What has come is kept; try again later.")), false);
    m_wait.start(std::min(kMostWait, m_patience.waitMilliseconds << (m_failures - 1)));
    Q_EMIT progressed();
}

// ---------------------------------------------------------------------------------------------------------------------
// The end

/// Nothing gets its name before this.
void FileDownload::verify()
{
    m_part.close();
    const QString sha256 = QString::fromLatin1(m_hash->result().toHex());
    const QString &wanted = m_file.sha256.isEmpty() ? m_statedSha256 : m_file.sha256;
    if (!wanted.isEmpty() && sha256 != wanted) {
        discard(m_file.target);
        return fail(
            Phrase("Downloads",
                   QT_TRANSLATE_NOOP(
                       "Downloads",
                       "The bytes of %1 are not those that they should be (SHA-256 %2 instead of %3). Nothing was kept; try again, or use "
                       "another address."))
                .arg(QFileInfo(m_file.target).fileName(), sha256, wanted),
            true);
    }
    if (m_file.target.endsWith(QLatin1String(".gguf"))) {
        const auto checked = engine::checkModelFile(std::filesystem::path(m_part.fileName().toStdU16String()));
        if (!checked) {
            discard(m_file.target);
            return fail(Phrase(textOf(checked.error().message)), true);
        }
    }
    complete(!m_file.sha256.isEmpty() ? Proof::kExpected : m_statedSha256.isEmpty() ? Proof::kNothing : Proof::kServer, sha256);
}

void FileDownload::complete(Proof proof, const QString &sha256)
{
    m_stopped = true;
    if (!QFile::rename(partName(m_file.target), m_file.target))
        return fail(Phrase("Downloads", QT_TRANSLATE_NOOP("Downloads", "%1 could not get its name. Is there another file of that name?"))
                        .arg(QDir::toNativeSeparators(m_file.target)),
                    true);
    QFile::remove(stateName(m_file.target));
    Q_EMIT finished(proof, sha256);
}

void FileDownload::fail(const Phrase &message, bool fatal)
{
    stop();
    Q_EMIT failed(message, fatal);
}

/// From one run to the next: which version of the file the part belongs to.
void FileDownload::saveState() const
{
    const auto written = writeJsonFile(
        stateName(m_file.target),
        {{"url", m_file.url.toString()}, {"etag", QString::fromLatin1(m_etag)}, {"size", double(m_size)}, {"sha256", m_statedSha256}});
    if (!written) // the part is then begun anew
        qWarning("conclave: %s", written.error().message.c_str());
}

/// A part of unknown origin, or of another address, is of no use.
void FileDownload::loadState()
{
    const QJsonObject state = readJsonFile(stateName(m_file.target));
    const QString sha256 = state.value(QStringLiteral("sha256")).toString();
    if (state.value(QStringLiteral("url")).toString() != m_file.url.toString()) {
        m_part.resize(0);
        return;
    }
    m_etag = state.value(QStringLiteral("etag")).toString().toLatin1();
    m_statedSha256 = isHex256(sha256) ? sha256 : QString();
    if (m_size == 0)
        m_size = qint64(state.value(QStringLiteral("size")).toDouble());
}

} // namespace conclave::app
