#include "ui/desktop/notifier.h"

#ifdef CONCLAVE_HAS_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#endif

namespace conclave::ui
{

#ifdef CONCLAVE_HAS_DBUS

namespace
{

constexpr auto kService = "org.freedesktop.Notifications";
constexpr auto kPath = "/org/freedesktop/Notifications";
constexpr auto kOpen = "default"; // the action of a click on the notification itself

} // namespace

Notifier::Notifier(QObject *parent) : QObject(parent)
{
    QDBusConnection::sessionBus().connect(QLatin1String(kService), QLatin1String(kPath), QLatin1String(kService),
                                          QStringLiteral("ActionInvoked"), this, SLOT(takeAction(uint, QString)));
}

void Notifier::notify(const QString &title, const QString &body)
{
    QDBusMessage call =
        QDBusMessage::createMethodCall(QLatin1String(kService), QLatin1String(kPath), QLatin1String(kService), QStringLiteral("Notify"));
    constexpr int kDesktopsChoice = -1; // how long it stays
    call << QStringLiteral("Conclave") << m_last << QStringLiteral("conclave") << title << body.toHtmlEscaped()
         << QStringList{QLatin1String(kOpen), tr("Show the answer")}
         << QVariantMap{{QStringLiteral("desktop-entry"), QStringLiteral("conclave")}} << kDesktopsChoice;
    auto *watcher = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), this);
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [this, watcher] {
        const QDBusPendingReply<uint> reply = *watcher;
        m_last = reply.isError() ? 0 : reply.value();
        watcher->deleteLater();
    });
}

void Notifier::takeAction(uint id, const QString &action)
{
    if (id == m_last && action == QLatin1String(kOpen)) {
        Q_EMIT clicked();
    }
}

#else

Notifier::Notifier(QObject *parent) : QObject(parent) {}

void Notifier::notify(const QString &, const QString &) {}

#endif

} // namespace conclave::ui
