#include "app/net/network_gate.h"

#include "app/library/json_file.h"

#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkProxyFactory>
#include <QNetworkReply>

#include <optional>

namespace conclave::app
{
namespace
{

constexpr int kConnectMilliseconds = 30'000;

std::optional<QNetworkProxy> proxyOf(const QString &text)
{
    const QUrl url(text, QUrl::StrictMode);
    const bool socks = url.scheme() == QLatin1String("socks5");
    if (!url.isValid() || url.host().isEmpty() || url.port() <= 0 || (!socks && url.scheme() != QLatin1String("http")))
        return std::nullopt;
    return QNetworkProxy(socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, url.host(), quint16(url.port()), url.userName(),
                         url.password());
}

bool isWeb(const QUrl &url)
{
    return url.isValid() && !url.host().isEmpty() && (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http"));
}

} // namespace

NetworkGate::NetworkGate(const QString &folder, QObject *parent)
    : QObject(parent), m_file(folder + QStringLiteral("/network.json")), m_manager(std::make_unique<QNetworkAccessManager>())
{
    const QJsonObject json = readJsonFile(m_file);
    m_settings.offline = json.value(QStringLiteral("offline")).toBool();
    m_settings.proxy = json.value(QStringLiteral("proxy")).toString();
    m_settings.mirror = json.value(QStringLiteral("mirror")).toString();
    applyProxy();
}

NetworkGate::~NetworkGate() = default;

void NetworkGate::applyProxy()
{
    const auto own = proxyOf(m_settings.proxy);
    if (own)
        m_manager->setProxy(*own);
    else
        m_manager->setProxy(QNetworkProxy(QNetworkProxy::DefaultProxy));
    QNetworkProxyFactory::setUseSystemConfiguration(!own);
}

bool NetworkGate::setSettings(const NetworkSettings &settings)
{
    if ((!settings.proxy.isEmpty() && !proxyOf(settings.proxy)) || (!settings.mirror.isEmpty() && !isWeb(QUrl(settings.mirror))))
        return false;
    const bool leaves = settings.offline && !m_settings.offline;
    m_settings = settings;
    applyProxy();
    const auto written = writeJsonFile(m_file, {{"offline", settings.offline}, {"proxy", settings.proxy}, {"mirror", settings.mirror}});
    if (!written)
        qWarning("conclave: %s", written.error().message.c_str());
    if (leaves)
        Q_EMIT wentOffline();
    Q_EMIT settingsChanged();
    return true;
}

QUrl NetworkGate::hub() const
{
    return QUrl(m_settings.mirror.isEmpty() ? QStringLiteral("https://huggingface.co") : m_settings.mirror);
}

QNetworkReply *NetworkGate::get(const QNetworkRequest &request, const Phrase &purpose)
{
    const bool refused = m_settings.offline || !isWeb(request.url());
    m_log.append({QDateTime::currentDateTime(), request.url().adjusted(QUrl::RemoveQuery | QUrl::RemoveUserInfo), purpose, refused});
    if (m_log.size() > kMostKept)
        m_log.removeFirst();
    Q_EMIT logged();
    if (refused)
        return nullptr;
    QNetworkRequest own(request);
    own.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    own.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    own.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    own.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("Conclave/" CONCLAVE_VERSION));
    own.setRawHeader("Accept-Encoding", "identity"); // bytes as they lie in the file
    own.setTransferTimeout(kConnectMilliseconds);
    return m_manager->get(own);
}

} // namespace conclave::app
