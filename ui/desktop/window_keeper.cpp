#include "ui/desktop/window_keeper.h"

#include <QEvent>
#include <QGuiApplication>
#include <QScreen>

namespace conclave::ui
{

namespace
{

constexpr int kLeastSeen = 80;     // of a window, in both directions, for a hand to reach it
constexpr double kOfScreen = 0.92; // that a new window takes at most: what the desktop draws around it has to have room, too

/// `frame` on the screen that it was on, and not larger than that; null when that screen is gone.
QRect onAScreen(const QRect &frame)
{
    const auto screens = QGuiApplication::screens();
    for (const QScreen *screen : screens) {
        const QRect free = screen->availableGeometry();
        const QRect seen = frame.intersected(free);
        if (seen.width() >= kLeastSeen && seen.height() >= kLeastSeen) {
            return QRect(frame.topLeft(), frame.size().boundedTo(free.size()));
        }
    }
    return {};
}

} // namespace

WindowKeeper::WindowKeeper(QWindow &window, Preferences &preferences) : m_window(window), m_preferences(preferences)
{
    const Preferences::Place place = preferences.place();
    if (const QRect frame = onAScreen(place.frame); frame.isValid()) {
        window.setGeometry(frame);
    } else if (const QScreen *screen = window.screen()) {
        window.resize(window.size().boundedTo(screen->availableGeometry().size() * kOfScreen));
    }
    place.maximised ? window.showMaximized() : window.show();
    window.installEventFilter(this);
}

bool WindowKeeper::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Close || event->type() == QEvent::Hide) {
        keep();
    }
    return QObject::eventFilter(watched, event);
}

/// Of a maximised window the frame that it had before stays.
void WindowKeeper::keep()
{
    const bool maximised = m_window.windowStates() & (Qt::WindowMaximized | Qt::WindowFullScreen);
    m_preferences.keepPlace({maximised ? m_preferences.place().frame : m_window.geometry(), maximised});
}

} // namespace conclave::ui
