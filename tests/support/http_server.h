#pragma once

#include <QByteArray>
#include <QHash>
#include <QObject>
#include <QTcpServer>
#include <QUrl>
#include <QVector>

/// A real HTTP server on loopback that does what it is told, and what no server should do.
namespace conclave::tests
{

/// How one path is served.
struct Served
{
    QByteArray body;
    bool ranges = true; ///< honours Range
    int status = 200;   ///< another one: sent with `body` as it is
    QByteArray type = "application/octet-stream";
    QByteArray etag;
    QList<QPair<QByteArray, QByteArray>> headers;
    QByteArray redirect;      ///< Location: sent with 302
    qint64 cutAfter = -1;     ///< closes the connection after so many bytes of the body
    qint64 stallAfter = -1;   ///< sends no more after so many bytes, and stays
    int cuts = 1;             ///< how many connections are cut or stalled; then all is sent
    qint64 statedLength = -1; ///< Content-Length that is stated instead of the true one
    bool chunked = false;     ///< no length
    qint64 rangeShift = 0;    ///< answers a Range with one that begins so many bytes off
    int busy = 0;             ///< so many requests are answered with 503
};

struct Request
{
    QByteArray path;
    QHash<QByteArray, QByteArray> headers; ///< names in lower case
};

class HttpServer : public QObject
{
    Q_OBJECT

public:
    HttpServer();

    void serve(const QByteArray &path, const Served &served) { m_served.insert(path, served); }
    Served &at(const QByteArray &path) { return m_served[path]; }
    QUrl url(const QByteArray &path) const;
    quint16 port() const { return m_server.serverPort(); }
    const QVector<Request> &requests() const { return m_requests; }
    /// Ends all connections and accepts no more.
    void close();

private:
    void take(class QTcpSocket *socket);
    void answer(class QTcpSocket *socket, const Request &request);

    QTcpServer m_server;
    QHash<QByteArray, Served> m_served;
    QVector<Request> m_requests;
};

} // namespace conclave::tests
