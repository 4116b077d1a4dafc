#include "ui/view_models/appearance.h"

#include <QDir>
#include <QEvent>
#include <QGuiApplication>
#include <QPalette>

namespace conclave::ui
{

namespace
{

constexpr auto kModeKey = "appearance/mode";
constexpr auto kSidebarKey = "appearance/sidebarOpen";

bool paletteIsDark()
{
    const QPalette palette = QGuiApplication::palette();
    return palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
}

} // namespace

Appearance::Appearance(const QString &folder, QObject *parent)
    : QObject(parent), m_settings(QDir(folder).filePath(QStringLiteral("settings.ini")), QSettings::IniFormat)
{
    const int stored = m_settings.value(QLatin1String(kModeKey), System).toInt();
    m_mode = stored == Light || stored == Dark ? static_cast<Mode>(stored) : System;
    m_sidebarOpen = m_settings.value(QLatin1String(kSidebarKey), true).toBool();
    refreshDark();
    qGuiApp->installEventFilter(this);
}

void Appearance::setMode(Mode mode)
{
    if (mode == m_mode) {
        return;
    }
    m_mode = mode;
    m_settings.setValue(QLatin1String(kModeKey), mode);
    Q_EMIT modeChanged();
    refreshDark();
}

void Appearance::setSidebarOpen(bool open)
{
    if (open == m_sidebarOpen) {
        return;
    }
    m_sidebarOpen = open;
    m_settings.setValue(QLatin1String(kSidebarKey), open);
    Q_EMIT sidebarOpenChanged();
}

bool Appearance::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::ApplicationPaletteChange && watched == qGuiApp) {
        refreshDark();
    }
    return QObject::eventFilter(watched, event);
}

void Appearance::refreshDark()
{
    const bool dark = m_mode == System ? paletteIsDark() : m_mode == Dark;
    if (dark != m_dark) {
        m_dark = dark;
        Q_EMIT darkChanged();
    }
}

} // namespace conclave::ui
