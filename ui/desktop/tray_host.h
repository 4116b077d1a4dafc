#pragma once

#include <QObject>
#include <QtQml/qqmlregistration.h>

/// Whether the desktop shows a tray now (org.kde.StatusNotifierWatcher with a host): it may start after the program, or be started anew.
/// Qt asks once, when the first icon is made, and remembers a no as long as the program runs; so no icon is made before there is a tray.
/// On systems without D-Bus Qt alone knows, and this always says yes. GUI thread only.
namespace conclave::ui
{

class TrayHost : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(bool present READ present NOTIFY presentChanged)

public:
    explicit TrayHost(QObject *parent = nullptr);

    bool present() const { return m_present; }

Q_SIGNALS:
    void presentChanged();

private:
    void setPresent(bool present);

#ifdef CONCLAVE_HAS_DBUS
private Q_SLOTS:
    void ask();

private:
    bool m_present = false;
#else
    bool m_present = true;
#endif
};

} // namespace conclave::ui
