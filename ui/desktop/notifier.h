#pragma once

#include <QObject>
#include <QString>

/// Says something to a user who is looking elsewhere, in the desktop's own way (org.freedesktop.Notifications). Where there is none, or on
/// other systems, the task bar alone draws attention. GUI thread only.
namespace conclave::ui
{

class Notifier : public QObject
{
    Q_OBJECT

public:
    explicit Notifier(QObject *parent = nullptr);

    /// Takes the place of what was said before. `body` is plain text.
    void notify(const QString &title, const QString &body);

Q_SIGNALS:
    void clicked();

#ifdef CONCLAVE_HAS_DBUS
private Q_SLOTS:
    void takeAction(uint id, const QString &action);

private:
    uint m_last = 0; ///< of the desktop; 0: nothing was said yet
#endif
};

} // namespace conclave::ui
