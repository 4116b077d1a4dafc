#pragma once

#include <QDBusConnection>
#include <QDBusVirtualObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>
#include <QVariantMap>

#include <memory>

/// A desktop of the test's own: an X server without a screen, a session bus, and on it a tray (org.kde.StatusNotifierWatcher) and a place
/// for notifications (org.freedesktop.Notifications), as GNOME's extension, KDE and Xfce have them.
namespace conclave::tests
{

/// What a program asked to be said.
struct Notification
{
    uint replaces = 0;
    QString title;
    QString body; ///< may hold markup
    QStringList actions;
};

struct MenuEntry
{
    int id = 0;
    QString label; ///< empty: a separator
};

class OwnDesktop : public QDBusVirtualObject
{
public:
    /// `tray`: false as long as nobody calls `showTray`.
    explicit OwnDesktop(bool tray = true);
    ~OwnDesktop() override;

    /// Empty, or what is missing on this machine.
    const QString &missing() const { return m_missing; }
    /// For a program that is to run on it.
    QProcessEnvironment environment() const;

    /// The tray starts, or ends.
    bool showTray();
    void hideTray();
    /// The bus names of the programs in the tray, in their order.
    const QStringList &items() const { return m_items; }
    QVariant itemProperty(const QString &name) const;
    void activate() const;
    QVector<MenuEntry> menu() const;
    void choose(int menuEntry) const;

    const QVector<Notification> &notifications() const { return m_notifications; }
    /// As a user does who clicks on the last one.
    void clickNotification();

    bool handleMessage(const QDBusMessage &message, const QDBusConnection &connection) override;
    QString introspect(const QString &path) const override;

private:
    bool startServer();
    bool startBus();
    bool offerServices();
    QDBusMessage call(const char *path, const char *interface, const char *method, const QVariantList &arguments) const;

    QProcess m_server;
    QProcess m_busDaemon;
    QByteArray m_display;
    QByteArray m_address;
    QDBusConnection m_bus{QString()};
    QString m_missing;
    QStringList m_items;
    QVector<Notification> m_notifications;
};

} // namespace conclave::tests
