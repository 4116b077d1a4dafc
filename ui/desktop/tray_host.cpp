#include "ui/desktop/tray_host.h"

#ifdef CONCLAVE_HAS_DBUS
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusServiceWatcher>
#include <QDBusVariant>
#endif

namespace conclave::ui
{

#ifdef CONCLAVE_HAS_DBUS

namespace
{

constexpr auto kWatcher = "org.kde.StatusNotifierWatcher"; // service and interface
constexpr auto kWatcherPath = "/StatusNotifierWatcher";

} // namespace

TrayHost::TrayHost(QObject *parent) : QObject(parent)
{
    QDBusConnection bus = QDBusConnection::sessionBus();
    auto *watcher = new QDBusServiceWatcher(QLatin1String(kWatcher), bus, QDBusServiceWatcher::WatchForOwnerChange, this);
    connect(watcher, &QDBusServiceWatcher::serviceRegistered, this, &TrayHost::ask);
    connect(watcher, &QDBusServiceWatcher::serviceUnregistered, this, [this] { setPresent(false); });
    for (const char *signal : {"StatusNotifierHostRegistered", "StatusNotifierHostUnregistered"}) {
        bus.connect(QLatin1String(kWatcher), QLatin1String(kWatcherPath), QLatin1String(kWatcher), QLatin1String(signal), this,
                    SLOT(ask()));
    }
    ask();
}

void TrayHost::ask()
{
    QDBusMessage call = QDBusMessage::createMethodCall(QLatin1String(kWatcher), QLatin1String(kWatcherPath),
                                                       QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"));
    call << QLatin1String(kWatcher) << QStringLiteral("IsStatusNotifierHostRegistered");
    call.setAutoStartService(false);
    auto *answer = new QDBusPendingCallWatcher(QDBusConnection::sessionBus().asyncCall(call), this);
    connect(answer, &QDBusPendingCallWatcher::finished, this, [this, answer] {
        const QDBusPendingReply<QDBusVariant> reply = *answer;
        setPresent(!reply.isError() && reply.value().variant().toBool());
        answer->deleteLater();
    });
}

#else

TrayHost::TrayHost(QObject *parent) : QObject(parent) {}

#endif

void TrayHost::setPresent(bool present)
{
    if (present != m_present) {
        m_present = present;
        Q_EMIT presentChanged();
    }
}

} // namespace conclave::ui
