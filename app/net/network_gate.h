#pragma once

#include "app/log/phrase.h"

#include <QDateTime>
#include <QNetworkRequest>
#include <QObject>
#include <QString>
#include <QUrl>
#include <QVector>

#include <memory>

class QNetworkAccessManager;
class QNetworkReply;

/// The one place where the program opens connections. Nothing is opened unless the user asked for it, and nothing at all while offline.
/// GUI thread only.
namespace conclave::app
{

struct NetworkSettings
{
    bool offline = false;
    QString proxy;  ///< "http://host:8080" or "socks5://host:1080"; empty: the system's
    QString mirror; ///< in place of https://huggingface.co; empty: that
};

/// One connection that was opened or refused.
struct Connection
{
    QDateTime time;
    QUrl url;
    Phrase purpose; ///< for the user: "download", "list of files"
    bool refused = false;
};

class NetworkGate : public QObject
{
    Q_OBJECT

public:
    /// Settings are kept in network.json of `folder`.
    explicit NetworkGate(const QString &folder, QObject *parent = nullptr);
    ~NetworkGate() override;

    const NetworkSettings &settings() const { return m_settings; }
    /// Going offline ends what runs. False: the proxy or mirror is no address; nothing changed.
    bool setSettings(const NetworkSettings &settings);
    /// Where model repositories lie.
    QUrl hub() const;

    /// GET without following redirects; nullptr while offline. The caller owns the reply. Only http and https.
    QNetworkReply *get(const QNetworkRequest &request, const Phrase &purpose);

    /// Opened and refused in this run, latest last; at most kMostKept.
    const QVector<Connection> &log() const { return m_log; }
    static constexpr int kMostKept = 200;

Q_SIGNALS:
    void settingsChanged();
    void wentOffline(); ///< whoever has a reply must abort it
    void logged();

private:
    void applyProxy();

    QString m_file;
    NetworkSettings m_settings;
    std::unique_ptr<QNetworkAccessManager> m_manager;
    QVector<Connection> m_log;
};

} // namespace conclave::app
