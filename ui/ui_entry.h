#pragma once

#include <QLocale>
#include <QString>
#include <QStringList>

#include <memory>

class QGuiApplication;
class QQuickWindow;

namespace conclave::app
{
class ChatController;
class LogBook;
struct ModelServices;
} // namespace conclave::app

/// The door to one window. app/main.cpp goes through ui/desktop/windows.h, which opens them.
namespace conclave::ui
{

class Appearance;
class ChatViewModel;
class LibraryViewModel;
class Preferences;

struct Common;

struct WindowOptions
{
    QString folder() const;               ///< settingsFolder, or the data folder
    QString settingsFolder;               ///< where settings.ini lies; empty: the data folder
    QLocale locale;                       ///< of the interface's texts, as long as the user chooses none; English without a translation
    app::ModelServices *models = nullptr; ///< outlives the window; null: the window has its own, in the settings' folder
    app::LogBook *log = nullptr;          ///< outlives the window; null: there is nothing to look at
    bool tour = false;                    ///< shows a user around who was not yet
    bool further = false;                 ///< beside another: begins with a new conversation, and never stays in the tray
    std::shared_ptr<Common> common;       ///< with other windows; null: the window has its own
    QStringList files;                    ///< to be opened in a new conversation, once there is a model
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
    Preferences &preferences() const;
    app::ChatController &controller() const;

    /// Brings the window to the front.
    void raise();
    /// As if the files were dropped on the window.
    void open(const QStringList &files);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace conclave::ui
