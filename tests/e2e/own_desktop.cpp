#include "tests/e2e/own_desktop.h"

#include <QDBusArgument>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QStandardPaths>

namespace conclave::tests
{
namespace
{

constexpr int kStartMilliseconds = 10'000;
constexpr auto kTray = "org.kde.StatusNotifierWatcher";
constexpr auto kTrayPath = "/StatusNotifierWatcher";
constexpr auto kItem = "org.kde.StatusNotifierItem";
constexpr auto kItemPath = "/StatusNotifierItem";
constexpr auto kMenu = "com.canonical.dbusmenu";
constexpr auto kNews = "org.freedesktop.Notifications";
constexpr auto kNewsPath = "/org/freedesktop/Notifications";
constexpr auto kProperties = "org.freedesktop.DBus.Properties";

/// Starts a program that says on a line of its output where it is to be found.
QByteArray started(QProcess &process, const QString &program, const QStringList &arguments)
{
    process.setProcessChannelMode(QProcess::SeparateChannels);
    process.start(program, arguments);
    QByteArray line;
    while (!line.endsWith('\n') && process.waitForReadyRead(kStartMilliseconds))
        line += process.readLine();
    return line.trimmed();
}

void stop(QProcess &process)
{
    process.terminate();
    if (!process.waitForFinished(kStartMilliseconds)) {
        process.kill();
        process.waitForFinished();
    }
}

/// (ia{sv}av): an entry, its properties, and its children, each in a variant. `entries` gets the children.
void readLayout(const QDBusArgument &layout, QVector<MenuEntry> &entries)
{
    int id = 0;
    QVariantMap properties;
    layout.beginStructure();
    layout >> id >> properties;
    layout.beginArray();
    while (!layout.atEnd()) {
        QDBusVariant child;
        layout >> child;
        MenuEntry entry;
        QVariantMap words;
        const auto inner = child.variant().value<QDBusArgument>();
        inner.beginStructure();
        inner >> entry.id >> words;
        entry.label = words.value(QStringLiteral("label")).toString();
        entries.append(entry);
    }
    layout.endArray();
    layout.endStructure();
}

} // namespace

OwnDesktop::OwnDesktop(bool tray)
{
    if (QStandardPaths::findExecutable(QStringLiteral("Xvfb")).isEmpty())
        m_missing = QStringLiteral("Xvfb (package xvfb)");
    else if (QStandardPaths::findExecutable(QStringLiteral("dbus-daemon")).isEmpty())
        m_missing = QStringLiteral("dbus-daemon (package dbus-daemon)");
    else if (!startServer())
        m_missing = QStringLiteral("an X server: ") + QString::fromLocal8Bit(m_server.readAllStandardError());
    else if (!startBus() || !offerServices() || (tray && !showTray()))
        m_missing = QStringLiteral("a session bus: ") + QString::fromLocal8Bit(m_busDaemon.readAllStandardError());
}

OwnDesktop::~OwnDesktop()
{
    QDBusConnection::disconnectFromBus(m_bus.name());
    stop(m_busDaemon);
    stop(m_server);
}

bool OwnDesktop::startServer()
{
    m_display = started(m_server, QStringLiteral("Xvfb"),
                        {QStringLiteral("-displayfd"), QStringLiteral("1"), QStringLiteral("-screen"), QStringLiteral("0"),
                         QStringLiteral("1280x900x24"), QStringLiteral("-nolisten"), QStringLiteral("tcp")});
    return !m_display.isEmpty();
}

bool OwnDesktop::startBus()
{
    m_address = started(m_busDaemon, QStringLiteral("dbus-daemon"),
                        {QStringLiteral("--session"), QStringLiteral("--nofork"), QStringLiteral("--print-address")});
    m_bus = QDBusConnection::connectToBus(QString::fromLatin1(m_address), QStringLiteral("own desktop"));
    return m_bus.isConnected();
}

bool OwnDesktop::offerServices()
{
    return m_bus.registerVirtualObject(QLatin1String(kTrayPath), this) && m_bus.registerVirtualObject(QLatin1String(kNewsPath), this) &&
           m_bus.registerService(QLatin1String(kNews));
}

bool OwnDesktop::showTray()
{
    return m_bus.registerService(QLatin1String(kTray));
}

void OwnDesktop::hideTray()
{
    m_bus.unregisterService(QLatin1String(kTray));
    m_items.clear();
}

QProcessEnvironment OwnDesktop::environment() const
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("DISPLAY"), u':' + QString::fromLatin1(m_display));
    environment.insert(QStringLiteral("DBUS_SESSION_BUS_ADDRESS"), QString::fromLatin1(m_address));
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("xcb"));
    environment.remove(QStringLiteral("XAUTHORITY"));
    environment.remove(QStringLiteral("WAYLAND_DISPLAY"));
    environment.remove(QStringLiteral("XDG_CURRENT_DESKTOP"));
    return environment;
}

/// Programs ask the tray whether anybody shows it, and say that they are there.
bool OwnDesktop::handleMessage(const QDBusMessage &message, const QDBusConnection &connection)
{
    const QVariantList arguments = message.arguments();
    if (message.member() == QLatin1String("Get")) {
        connection.send(message.createReply(QVariant::fromValue(QDBusVariant(true)))); // IsStatusNotifierHostRegistered alone is asked for
    } else if (message.member() == QLatin1String("RegisterStatusNotifierItem")) {
        m_items.append(arguments.value(0).toString().startsWith(u'/') ? message.service() : arguments.value(0).toString());
        connection.send(message.createReply());
    } else if (message.member() == QLatin1String("Notify")) {
        m_notifications.append(
            {arguments.value(1).toUInt(), arguments.value(3).toString(), arguments.value(4).toString(), arguments.value(5).toStringList()});
        connection.send(message.createReply(uint(m_notifications.size())));
    } else {
        return false;
    }
    return true;
}

/// Programs look here before they ask for the property.
QString OwnDesktop::introspect(const QString &path) const
{
    return path == QLatin1String(kTrayPath)
               ? QStringLiteral("<interface name=\"%1\"><property name=\"IsStatusNotifierHostRegistered\" type=\"b\" access=\"read\"/>"
                                "</interface>")
                     .arg(QLatin1String(kTray))
               : QString();
}

void OwnDesktop::clickNotification()
{
    QDBusMessage signal = QDBusMessage::createSignal(QLatin1String(kNewsPath), QLatin1String(kNews), QStringLiteral("ActionInvoked"));
    signal << uint(m_notifications.size()) << QStringLiteral("default");
    m_bus.send(signal);
}

/// To the last program in the tray.
QDBusMessage OwnDesktop::call(const char *path, const char *interface, const char *method, const QVariantList &arguments) const
{
    QDBusMessage message = QDBusMessage::createMethodCall(m_items.value(m_items.size() - 1), QLatin1String(path), QLatin1String(interface),
                                                          QLatin1String(method));
    message.setArguments(arguments);
    return m_bus.call(message, QDBus::BlockWithGui);
}

QVariant OwnDesktop::itemProperty(const QString &name) const
{
    const QDBusMessage reply = call(kItemPath, kProperties, "Get", {QLatin1String(kItem), name});
    return reply.arguments().value(0).value<QDBusVariant>().variant();
}

void OwnDesktop::activate() const
{
    call(kItemPath, kItem, "Activate", {0, 0});
}

QVector<MenuEntry> OwnDesktop::menu() const
{
    const QByteArray path = itemProperty(QStringLiteral("Menu")).value<QDBusObjectPath>().path().toLatin1();
    const QDBusMessage reply = call(path.constData(), kMenu, "GetLayout", {0, -1, QStringList()});
    QVector<MenuEntry> entries;
    if (reply.arguments().size() == 2)
        readLayout(reply.arguments()[1].value<QDBusArgument>(), entries);
    return entries;
}

void OwnDesktop::choose(int menuEntry) const
{
    const QByteArray path = itemProperty(QStringLiteral("Menu")).value<QDBusObjectPath>().path().toLatin1();
    call(path.constData(), kMenu, "Event",
         {menuEntry, QStringLiteral("clicked"), QVariant::fromValue(QDBusVariant(QString())), QVariant::fromValue(uint(0))});
}

} // namespace conclave::tests
