#include "app/net/single_instance.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QLocalSocket>
#include <QThread>
#include <QTimer>

namespace conclave::app
{
namespace
{

constexpr char kTaken[] = "taken\n";
constexpr int kRetryMilliseconds = 50;

/// The folder's own name, short enough for a socket's path.
QString nameFor(const QString &folder)
{
    const QByteArray hash = QCryptographicHash::hash(QFileInfo(folder).absoluteFilePath().toUtf8(), QCryptographicHash::Sha256);
    return QStringLiteral("conclave-") + QString::fromLatin1(hash.toHex().left(16));
}

/// What another program said: a list of absolute paths. Nothing: it is not that.
QStringList filesFrom(const QByteArray &line)
{
    QStringList files;
    const QJsonArray said = QJsonDocument::fromJson(line).array();
    for (const QJsonValue &file : said) {
        if (files.size() < SingleInstance::kMostFiles && QFileInfo(file.toString()).isAbsolute())
            files.append(file.toString());
    }
    return files;
}

} // namespace

SingleInstance::SingleInstance(const QString &folder, QObject *parent)
    : QObject(parent), m_name(nameFor(folder)), m_lock(folder + QStringLiteral("/instance.lock"))
{
    QDir().mkpath(folder);
    m_lock.setStaleLockTime(0); // stale only when its process is gone
    m_server.setSocketOptions(QLocalServer::UserAccessOption);
    connect(&m_server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket *socket = m_server.nextPendingConnection())
            take(socket);
    });
}

SingleInstance::~SingleInstance() = default;

bool SingleInstance::begin(const QStringList &files)
{
    if (!m_lock.tryLock(0))
        return !handOver(files);
    QLocalServer::removeServer(m_name); // left behind by a crash
    if (!m_server.listen(m_name))
        qWarning("conclave: a second start cannot be noticed: %s", qPrintable(m_server.errorString()));
    return true;
}

/// The other program may have only just begun, or be busy for a moment.
bool SingleInstance::handOver(const QStringList &files)
{
    QElapsedTimer timer;
    timer.start();
    QLocalSocket socket;
    while (true) {
        socket.connectToServer(m_name);
        if (socket.waitForConnected(kRetryMilliseconds))
            break;
        if (timer.elapsed() > kPatienceMilliseconds)
            return false;
        QThread::msleep(kRetryMilliseconds);
    }
    socket.write(QJsonDocument(QJsonArray::fromStringList(files)).toJson(QJsonDocument::Compact) + '\n');
    return socket.waitForBytesWritten(kPatienceMilliseconds) && socket.waitForReadyRead(kPatienceMilliseconds) &&
           socket.readLine() == QByteArray(kTaken);
}

void SingleInstance::take(QLocalSocket *socket)
{
    connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
    QTimer::singleShot(kPatienceMilliseconds, socket, &QObject::deleteLater); // whoever says nothing
    const auto read = [this, socket] {
        if (socket->bytesAvailable() > kMostBytes)
            return socket->abort();
        if (!socket->canReadLine())
            return;
        const QStringList files = filesFrom(socket->readLine());
        socket->write(kTaken);
        socket->flush();
        Q_EMIT startedAgain(files);
    };
    connect(socket, &QLocalSocket::readyRead, this, read);
    read(); // what came before there was anyone to listen
}

} // namespace conclave::app
