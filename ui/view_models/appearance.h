#pragma once

#include <QObject>
#include <QSettings>
#include <QtQml/qqmlregistration.h>

/// What the user chose about looks, kept in `settings.ini` of the data folder. GUI thread only.
namespace conclave::ui
{

class Appearance : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatWindow")
    Q_PROPERTY(Mode mode READ mode WRITE setMode NOTIFY modeChanged)
    Q_PROPERTY(bool dark READ dark NOTIFY darkChanged)
    Q_PROPERTY(bool sidebarOpen READ sidebarOpen WRITE setSidebarOpen NOTIFY sidebarOpenChanged)

public:
    enum Mode
    {
        System,
        Light,
        Dark,
    };
    Q_ENUM(Mode)

    explicit Appearance(const QString &folder, QObject *parent = nullptr);

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    /// True when the dark colours are to be shown: chosen, or the desktop's palette is dark.
    bool dark() const { return m_dark; }
    bool sidebarOpen() const { return m_sidebarOpen; }
    void setSidebarOpen(bool open);

Q_SIGNALS:
    void modeChanged();
    void darkChanged();
    void sidebarOpenChanged();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void refreshDark();

    QSettings m_settings;
    Mode m_mode = System;
    bool m_dark = false;
    bool m_sidebarOpen = true;
};

} // namespace conclave::ui
