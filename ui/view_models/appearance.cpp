#include "ui/view_models/appearance.h"

#include "app/paths.h"

#include <QEvent>
#include <QGuiApplication>
#include <QPalette>

#include <algorithm>

namespace conclave::ui
{

namespace
{

constexpr auto kModeKey = "appearance/mode";
constexpr auto kTextKey = "appearance/textPercent";
constexpr auto kCompactKey = "appearance/compact";
constexpr auto kSidebarKey = "appearance/sidebarOpen";
constexpr auto kExpertsKey = "appearance/expertsOpen";

/// Of the desktop's palette: a dark one, and one of nothing but black and white.
struct SystemColours
{
    bool dark = false;
    bool contrast = false;
};

SystemColours systemColours()
{
    const QPalette palette = QGuiApplication::palette();
    const int ground = palette.color(QPalette::Window).lightness();
    const int text = palette.color(QPalette::WindowText).lightness();
    return {ground < text, ground == 0 && text == 255};
}

} // namespace

Appearance::Appearance(const QString &folder, QObject *parent)
    : QObject(parent), m_settings(app::settingsFile(folder), QSettings::IniFormat)
{
    const int stored = m_settings.value(QLatin1String(kModeKey), System).toInt();
    m_mode = stored >= System && stored <= HighContrast ? static_cast<Mode>(stored) : System;
    const int percent = m_settings.value(QLatin1String(kTextKey), 100).toInt();
    m_textPercent = textSteps().contains(percent) ? percent : 100;
    m_compact = m_settings.value(QLatin1String(kCompactKey), false).toBool();
    m_sidebarOpen = m_settings.value(QLatin1String(kSidebarKey), true).toBool();
    m_expertsOpen = m_settings.value(QLatin1String(kExpertsKey), false).toBool();
    refreshColours();
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
    refreshColours();
}

void Appearance::setTextPercent(int percent)
{
    if (percent == m_textPercent || !textSteps().contains(percent)) {
        return;
    }
    m_textPercent = percent;
    m_settings.setValue(QLatin1String(kTextKey), percent);
    Q_EMIT textPercentChanged();
}

void Appearance::changeText(int steps)
{
    const QList<int> all = textSteps();
    const auto place = all.indexOf(m_textPercent) + steps;
    setTextPercent(all[std::clamp<qsizetype>(place, 0, all.size() - 1)]);
}

void Appearance::setCompact(bool compact)
{
    if (compact == m_compact) {
        return;
    }
    m_compact = compact;
    m_settings.setValue(QLatin1String(kCompactKey), compact);
    Q_EMIT compactChanged();
}

void Appearance::setExpertsOpen(bool open)
{
    if (open != m_expertsOpen) {
        m_expertsOpen = open;
        m_settings.setValue(QLatin1String(kExpertsKey), open);
        Q_EMIT expertsOpenChanged();
    }
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
        refreshColours();
    }
    return QObject::eventFilter(watched, event);
}

void Appearance::refreshColours()
{
    const SystemColours system = systemColours();
    const bool contrast = m_mode == System ? system.contrast : m_mode == HighContrast;
    const bool dark = contrast || (m_mode == System ? system.dark : m_mode == Dark);
    if (dark != m_dark || contrast != m_contrast) {
        m_dark = dark;
        m_contrast = contrast;
        Q_EMIT coloursChanged();
    }
}

} // namespace conclave::ui
