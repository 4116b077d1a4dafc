#include "ui/desktop/windows.h"

#include "ui/desktop/common.h"

#include <QEvent>
#include <QGuiApplication>
#include <QQuickWindow>

#include <algorithm>

namespace conclave::ui
{

namespace
{

constexpr int kStep = 32;

}

Windows::Windows(app::ConversationStore &store, app::InferenceWorker &worker, app::ChatController &first, const WindowOptions &options)
    : m_store(store), m_worker(worker), m_options(options)
{
    if (!m_options.common) {
        m_options.common = std::make_shared<Common>(m_options);
    }
    Open open;
    open.controller = &first;
    open.window = std::make_unique<ChatWindow>(first, m_options);
    add(std::move(open));
    qGuiApp->installEventFilter(this);
    if (QQuickWindow *window = this->first()->window()) {
        connect(window, SIGNAL(staysInTrayChanged()), this, SLOT(followTray()));
        followTray();
    }
    m_options.files.clear();
    m_options.tour = false;
    m_options.further = true;
}

Windows::~Windows()
{
    if (QQuickWindow *window = first()->window()) {
        window->disconnect(this); // its tray goes before it
    }
}

/// The program is asked to end, by the user or the system: Qt closes all windows first, and a window that stays in the tray would refuse.
bool Windows::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == qGuiApp && event->type() == QEvent::Quit) {
        for (const Open &open : m_windows) {
            if (QQuickWindow *window = open.window->window()) {
                window->setProperty("ending", true);
            }
        }
    }
    return QObject::eventFilter(watched, event);
}

/// While the first window is in the tray, the last of the others may be closed.
void Windows::followTray()
{
    QGuiApplication::setQuitOnLastWindowClosed(!first()->window()->property("staysInTray").toBool());
}

void Windows::openAnother()
{
    Open open;
    open.own = std::make_unique<app::ChatController>(m_store, m_worker);
    open.own->adoptModel(first()->controller().model());
    open.controller = open.own.get();
    open.window = std::make_unique<ChatWindow>(*open.own, m_options);
    if (!open.window->window()) {
        return; // the log says why; the windows there are stay
    }
    open.window->window()->setPosition(first()->window()->position() + QPoint(kStep, kStep)); // not right over it
    add(std::move(open));
}

void Windows::add(Open open)
{
    connectTo(*open.controller);
    if (QQuickWindow *window = open.window->window()) {
        connect(window, SIGNAL(windowAsked()), this, SLOT(openAnother()));
        if (open.own) {
            connect(window, &QQuickWindow::visibleChanged, this, [this, window](bool visible) {
                if (!visible) {
                    closeLater(window);
                }
            });
        }
    }
    m_windows.push_back(std::move(open));
}

/// What happens in one window is seen in the others.
void Windows::connectTo(app::ChatController &controller)
{
    using app::ChatController;
    for (const Open &other : m_windows) {
        for (const auto &[from, to] : {std::pair(&controller, other.controller), std::pair(other.controller, &controller)}) {
            connect(from, &ChatController::touched, to, &ChatController::reload);
            connect(from, &ChatController::answerShown, to, &ChatController::mirror);
        }
    }
}

/// Not at once: the window is in the middle of telling that it closes.
void Windows::closeLater(const QWindow *window)
{
    QMetaObject::invokeMethod(
        this, [this, window] { std::erase_if(m_windows, [&](const Open &open) { return open.own && open.window->window() == window; }); },
        Qt::QueuedConnection);
}

} // namespace conclave::ui
