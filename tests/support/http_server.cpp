#include "tests/support/http_server.h"

#include <QTcpSocket>

#include <algorithm>

namespace conclave::tests
{

HttpServer::HttpServer()
{
    connect(&m_server, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *socket = m_server.nextPendingConnection()) {
            connect(socket, &QTcpSocket::readyRead, this, [this, socket] { take(socket); });
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        }
    });
    qputenv("no_proxy", "127.0.0.1"); // whatever this machine's proxies are
    if (!m_server.listen(QHostAddress::LocalHost))
        qFatal("the test's HTTP server cannot listen");
}

QUrl HttpServer::url(const QByteArray &path) const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(m_server.serverPort()).arg(QString::fromLatin1(path)));
}

void HttpServer::close()
{
    m_server.close();
    const QList<QTcpSocket *> sockets = m_server.findChildren<QTcpSocket *>();
    for (QTcpSocket *socket : sockets)
        socket->abort();
}

void HttpServer::take(QTcpSocket *socket)
{
    QByteArray head = socket->property("head").toByteArray() + socket->readAll();
    const qsizetype end = head.indexOf("\r\n\r\n");
    if (end < 0) {
        socket->setProperty("head", head);
        return;
    }
    socket->setProperty("head", QByteArray());
    const QList<QByteArray> lines = head.left(end).split('\n');
    Request request;
    request.path = lines.front().split(' ').value(1);
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        request.headers.insert(line.left(colon).trimmed().toLower(), line.mid(colon + 1).trimmed());
    }
    m_requests.append(request);
    answer(socket, request);
}

void HttpServer::answer(QTcpSocket *socket, const Request &request)
{
    if (!m_served.contains(request.path)) {
        socket->write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        socket->disconnectFromHost();
        return;
    }
    Served &served = m_served[request.path];
    QByteArray body = served.body;
    QByteArray status = QByteArray::number(served.status) + " As Told";
    QByteArray head;
    if (served.busy > 0) {
        --served.busy;
        status = "503 Busy";
        body.clear();
    } else if (!served.redirect.isEmpty()) {
        status = "302 Found";
        head += "Location: " + served.redirect + "\r\n";
        body.clear();
    } else if (const QByteArray range = request.headers.value("range"); served.ranges && range.startsWith("bytes=")) {
        const bool stale = request.headers.contains("if-range") && request.headers.value("if-range") != served.etag;
        const qint64 from = range.mid(6).split('-').front().toLongLong();
        const qint64 shifted = std::clamp<qint64>(from + served.rangeShift, 0, body.size());
        if (!stale && from >= served.body.size()) {
            status = "416 Range Not Satisfiable";
            head += "Content-Range: bytes */" + QByteArray::number(served.body.size()) + "\r\n";
            body.clear();
        } else if (!stale) {
            status = "206 Partial Content";
            head += "Content-Range: bytes " + QByteArray::number(shifted) + '-' + QByteArray::number(served.body.size() - 1) + '/' +
                    QByteArray::number(served.body.size()) + "\r\n";
            body = served.body.mid(shifted);
        }
    }
    for (const auto &[name, value] : std::as_const(served.headers))
        head += name + ": " + value + "\r\n";
    if (!served.etag.isEmpty())
        head += "ETag: " + served.etag + "\r\n";
    if (served.chunked)
        head += "Transfer-Encoding: chunked\r\n";
    else
        head += "Content-Length: " + QByteArray::number(served.statedLength >= 0 && !body.isEmpty() ? served.statedLength : body.size()) +
                "\r\n";
    socket->write("HTTP/1.1 " + status + "\r\nContent-Type: " + served.type + "\r\nConnection: close\r\n" + head + "\r\n");

    const qint64 stop = served.cutAfter >= 0 ? served.cutAfter : served.stallAfter;
    const bool broken = stop >= 0 && served.cuts > 0 && !body.isEmpty();
    if (broken)
        --served.cuts;
    const QByteArray sent = broken ? body.left(stop) : body;
    if (served.chunked && !sent.isEmpty())
        socket->write(QByteArray::number(sent.size(), 16) + "\r\n" + sent + "\r\n");
    else
        socket->write(sent);
    if (served.chunked && !broken)
        socket->write("0\r\n\r\n");
    if (broken && served.stallAfter >= 0)
        return; // and nothing more comes
    socket->disconnectFromHost();
}

} // namespace conclave::tests
