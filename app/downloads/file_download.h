#pragma once

#include "app/log/phrase.h"
#include "app/net/network_gate.h"

#include <QByteArray>
#include <QCryptographicHash>
#include <QFile>
#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <QUrl>

#include <memory>

/// Fetches one file: into FILE.part first, hashed while it is written; it gets its name only when every byte has been checked.
namespace conclave::app
{

struct DownloadFile
{
    QUrl url;
    QString target;  ///< where it will lie
    qint64 size = 0; ///< 0: not known before
    QString sha256;  ///< lower-case hex; empty: not known before
    bool operator==(const DownloadFile &) const = default;
};

/// How patient a download is; tests are less so.
struct Patience
{
    int stallMilliseconds = 30'000; ///< without a byte until the connection is given up
    int tries = 6;                  ///< connections in a row that brought nothing new
    int waitMilliseconds = 1'000;   ///< before the next try, doubled each time
};

/// What a finished file was held against.
enum class Proof
{
    kNothing,  ///< size and form only
    kServer,   ///< the SHA-256 that the server stated
    kExpected, ///< the SHA-256 that was known before
};

class FileDownload : public QObject
{
    Q_OBJECT

public:
    FileDownload(NetworkGate &gate, const DownloadFile &file, const Patience &patience, QObject *parent = nullptr);
    ~FileDownload() override;

    /// Goes on from what FILE.part holds. One of finished() and failed() follows, unless it is stopped.
    void start();
    /// What has come stays in FILE.part.
    void stop();

    qint64 received() const { return m_received; }
    qint64 size() const { return m_size; } ///< 0: not known yet

    /// The names of what lies beside a target until it is complete.
    static QString partName(const QString &target);
    static QString stateName(const QString &target);
    /// Removes them.
    static void discard(const QString &target);

Q_SIGNALS:
    void progressed();
    /// The file has its name. `sha256` is what its bytes have.
    void finished(conclave::app::Proof proof, const QString &sha256);
    /// `fatal`: trying again will not help. `message` is for the user.
    void failed(const conclave::app::Phrase &message, bool fatal);

private:
    void hashPart();
    void begin(qint64 have, std::shared_ptr<QCryptographicHash> hash);
    void connectTo(const QUrl &url);
    void readHeaders();
    void followRedirect();
    bool acceptStatus(int status);
    bool acceptWhole();
    bool acceptPartial();
    bool acceptRest();
    bool acceptStatement();
    bool acceptSize(qint64 total);
    bool restart();
    void take();
    bool write(const QByteArray &bytes);
    void ended();
    void tryAgain(const Phrase &why);
    void verify();
    void complete(Proof proof, const QString &sha256);
    void fail(const Phrase &message, bool fatal);
    void dropReply();
    void saveState() const;
    void loadState();
    bool hasRoom();

    NetworkGate &m_gate;
    DownloadFile m_file;
    Patience m_patience;
    QFile m_part;
    std::shared_ptr<QCryptographicHash> m_hash; ///< of the m_received bytes in the part file
    QNetworkReply *m_reply = nullptr;
    QUrl m_url; ///< after redirects
    int m_redirects = 0;
    bool m_headersRead = false;
    bool m_stopped = true;
    qint64 m_received = 0;
    qint64 m_atConnect = 0; ///< m_received when the connection was opened
    qint64 m_size = 0;
    qint64 m_roomUntil = 0; ///< bytes for which the disk was found to have room
    QByteArray m_etag;      ///< of what the part file holds
    QString m_statedSha256; ///< by the server
    int m_failures = 0;     ///< connections in a row that brought nothing new
    int m_restarts = 0;     ///< times that all had to be thrown away
    QTimer m_stall;
    QTimer m_wait;
    QThreadPool m_hasher; ///< last
};

} // namespace conclave::app

Q_DECLARE_METATYPE(conclave::app::Proof)
