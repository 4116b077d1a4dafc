#pragma once

#include "app/chat_controller.h"
#include "tests/support/scripted_engine.h"
#include "ui/ui_entry.h"
#include "ui/view_models/appearance.h"
#include "ui/view_models/chat_view_model.h"
#include "ui/view_models/library_view_model.h"
#include "ui/view_models/preferences.h"

#include <QQuickItem>
#include <QQuickWindow>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <memory>

/// The program as main.cpp builds it, on a scripted engine and a folder of its own, and what hands and eyes do with its window.
namespace conclave::tests
{

/// Waits up to ten seconds for `done` while the event loop runs.
bool waitFor(const std::function<bool()> &done);

/// The first visible item of that objectName below `root`, or null. Visible: itself and all its parents.
QQuickItem *findItem(QQuickItem *root, const QString &name);
QList<QQuickItem *> findItems(QQuickItem *root, const std::function<bool(QQuickItem *)> &wanted);

class WindowFixture
{
public:
    /// With the real engine and the built-in model.
    WindowFixture();
    /// The same, with a rest before each token: the built-in model may be done before anybody has looked.
    explicit WindowFixture(std::chrono::milliseconds pace);
    /// With the real engine and the model in `file`.
    explicit WindowFixture(const QString &file);
    explicit WindowFixture(const Script &script, const QLocale &locale = QLocale(QLocale::English));
    /// The same folder opened again, as after a restart.
    WindowFixture(const Script &script, std::shared_ptr<QTemporaryDir> folder);
    /// A folder that stays when the fixture goes.
    WindowFixture(const Script &script, const QString &path);
    ~WindowFixture();

    QQuickWindow &window() const { return *m_chatWindow->window(); }
    ui::ChatViewModel &chat() const { return m_chatWindow->chat(); }
    ui::Appearance &appearance() const { return m_chatWindow->appearance(); }
    ui::Preferences &preferences() const { return m_chatWindow->preferences(); }
    ui::ChatWindow &program() const { return *m_chatWindow; }
    ui::LibraryViewModel &library() const { return m_chatWindow->library(); }
    app::ChatController &controller() const { return *m_controller; }
    std::shared_ptr<QTemporaryDir> folder() const { return m_folder; }

    QQuickItem *item(const char *name) const { return findItem(window().contentItem(), QString::fromLatin1(name)); }
    void click(QQuickItem *item) const;
    void click(const char *name) const { click(item(name)); }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) const { QTest::keyClick(&window(), key, modifiers); }
    /// Presses a button as the keyboard does.
    void press(const char *name) const;
    void type(const QString &text) const;
    /// The text of an item; "<nothing shown>" where there is none.
    QString text(const char *name) const;
    /// Writes the question, sends it and waits for the answer.
    void ask(const QString &question) const;
    /// Drags files over the middle of the window; drops them there too.
    bool hover(const QList<QUrl> &files) const;
    void drop(const QList<QUrl> &files) const;
    bool waitUntilIdle() const;
    /// What row `row` of the transcript shows in `role`.
    QVariant shown(int row, ui::TranscriptModel::Role role) const;

    /// A file in the folder.
    QUrl written(const QString &name, const QByteArray &bytes) const;
    /// A small picture of bars in the folder.
    QUrl chartFile(const QString &name = QStringLiteral("bars.png")) const;

private:
    void open(const QString &path, std::unique_ptr<app::InferenceWorker> worker, const QString &model, const QLocale &locale);

    std::shared_ptr<QTemporaryDir> m_folder; ///< null when the folder is not the fixture's
    std::unique_ptr<app::ConversationStore> m_store;
    std::unique_ptr<app::InferenceWorker> m_worker;
    std::unique_ptr<app::ChatController> m_controller;
    std::unique_ptr<ui::ChatWindow> m_chatWindow;
};

} // namespace conclave::tests
