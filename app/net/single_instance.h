#pragma once

#include <QLocalServer>
#include <QLockFile>
#include <QObject>
#include <QStringList>

#include <memory>

class QLocalSocket;

/// One program for one data folder: a second start hands its files over to the first and ends. They talk through a socket of this machine
/// that only the same user can open; no network is involved. GUI thread only.
namespace conclave::app
{

class SingleInstance : public QObject
{
    Q_OBJECT

public:
    explicit SingleInstance(const QString &folder, QObject *parent = nullptr);
    ~SingleInstance() override;

    /// False: another program works in the folder and has taken `files` (absolute paths); this one can end. True: this is the first, or the
    /// other one does not answer; it goes on by itself.
    bool begin(const QStringList &files);
    const QString &name() const { return m_name; } ///< of the socket

    static constexpr int kMostBytes = 64 * 1024; ///< of what another program may say
    static constexpr int kMostFiles = 256;
    static constexpr int kPatienceMilliseconds = 2000;

Q_SIGNALS:
    /// The program was started again, perhaps with files to open.
    void startedAgain(const QStringList &files);

private:
    bool handOver(const QStringList &files);
    void take(QLocalSocket *socket);

    QString m_name;
    QLockFile m_lock;
    QLocalServer m_server;
};

} // namespace conclave::app
