#pragma once

#include "app/downloads/catalogue.h"
#include "app/downloads/file_download.h"
#include "app/downloads/hub_listing.h"
#include "engine/base/result.h"

#include <QElapsedTimer>
#include <QJsonObject>
#include <QLockFile>
#include <QObject>
#include <QTimer>
#include <QVector>

#include <memory>
#include <optional>

/// What is fetched, one model after another; it survives a restart. GUI thread only.
namespace conclave::app
{

struct Download
{
    enum class State
    {
        kQueued,
        kLooking, ///< asks the hub for the repository's files
        kRunning,
        kPaused,
        kDone,
        kFailed, ///< `message` says why; resume() tries again
    };

    qint64 id = 0;
    QString name;                ///< for the user
    QString source;              ///< as it was asked for
    QVector<DownloadFile> files; ///< empty while the hub has not been asked
    int filesDone = 0;
    State state = State::kQueued;
    Phrase message;
    qint64 received = 0;
    qint64 size = 0; ///< 0: not known yet
    double bytesPerSecond = 0;
    Proof proof = Proof::kExpected; ///< the weakest of its files
    bool operator==(const Download &) const = default;
};

QString stateName(Download::State state); ///< "queued", "looking", ...

class DownloadQueue : public QObject
{
    Q_OBJECT

public:
    enum class Mode
    {
        kAll,     ///< what ran or waited when the program ended goes on
        kOnlyNew, ///< only what is added now: the console
    };
    /// The queue is kept in downloads.json of `folder`; models go to `target`. While another program has the queue of this folder, this one
    /// begins empty and keeps nothing.
    DownloadQueue(NetworkGate &gate, const QString &folder, const QString &target, Mode mode = Mode::kAll, const Patience &patience = {},
                  QObject *parent = nullptr);
    ~DownloadQueue() override;

    const QVector<Download> &downloads() const { return m_downloads; }
    const Download *find(qint64 id) const;

    /// A web address or a repository (download_source.h). Returns its id. kInvalidRequest: neither.
    engine::Result<qint64> add(const QString &source);
    qint64 add(const CatalogueModel &model);
    void pause(qint64 id);
    void resume(qint64 id);
    /// Forgets it; what has come of an unfinished file is removed, finished files stay.
    void remove(qint64 id);

    /// The SHA-256 of a file that was fetched here and has not changed since; empty: unknown.
    QString knownHash(const QString &file) const;
    /// The SHA-256 that a file had when it was fetched here, whatever happened to it since; empty: it was not fetched here.
    QString recordedHash(const QString &file) const;

Q_SIGNALS:
    void changed();             ///< a download came, went or has another state
    void progressed(qint64 id); ///< at most some times a second
    void finished(qint64 id);

private:
    void next();
    void look(Download &download);
    void takeListing(qint64 id, const QByteArray &json);
    void startFile();
    void fileFinished(Proof proof, const QString &sha256);
    void settle(Download::State state, const Phrase &message = {});
    void noteProgress(bool now);
    Download *running();
    Download *mutableFind(qint64 id);
    QString targetOf(const QString &name) const;
    void stopWork();
    void load();
    void save();

    NetworkGate &m_gate;
    QString m_file;
    QString m_target;
    Patience m_patience;
    QLockFile m_lock;
    qint64 m_firstId = 1; ///< older ones rest
    QVector<Download> m_downloads;
    QJsonObject m_hashes; ///< of finished files: path to [size, time of change, SHA-256]
    qint64 m_nextId = 1;
    qint64 m_running = 0; ///< id; 0: none
    std::unique_ptr<FileDownload> m_work;
    QNetworkReply *m_listing = nullptr;
    QElapsedTimer m_sinceProgress;
    QTimer m_lateProgress; ///< tells what came too soon after the last progress, if nothing follows
    qint64 m_receivedThen = 0;
};

} // namespace conclave::app
