#pragma once

#include <QLocale>
#include <QString>

#include <memory>

class QGuiApplication;
class QQuickWindow;

namespace conclave::app
{
class ChatController;
struct ModelServices;
} // namespace conclave::app

/// The door to the window: app/main.cpp and the tests include this and nothing else of ui.
namespace conclave::ui
{

class Appearance;
class ChatViewModel;
class LibraryViewModel;

struct WindowOptions
{
    QString settingsFolder;               ///< where settings.ini lies; empty: the data folder
    QLocale locale;                       ///< of the interface's texts; English when there is no translation
    app::ModelServices *models = nullptr; ///< outlives the window; null: the window has its own, in the settings' folder
};

/// The program's window with its view models. The controller outlives it. GUI thread only.
class ChatWindow
{
public:
    /// Loads the interface and shows the window. `window()` is null when the QML could not be loaded (a broken installation; the log says
    /// why).
    ChatWindow(app::ChatController &controller, const WindowOptions &options = {});
    ~ChatWindow();
    ChatWindow(const ChatWindow &) = delete;
    ChatWindow &operator=(const ChatWindow &) = delete;

    QQuickWindow *window() const;
    ChatViewModel &chat() const;
    Appearance &appearance() const;
    LibraryViewModel &library() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

/// Shows the window and runs the program until it is closed. Returns the exit status.
int runWindow(QGuiApplication &application, app::ChatController &controller, const WindowOptions &options = {});

} // namespace conclave::ui
