#pragma once

#include "app/chat_controller.h"
#include "ui/ui_entry.h"

#include <QObject>

#include <memory>
#include <vector>

/// The windows of one program: over one store and one engine, each with a conversation of its own. GUI thread only.
namespace conclave::ui
{

class Windows : public QObject
{
    Q_OBJECT

public:
    /// All outlive it. `first` is the controller of the first window; others get their own.
    Windows(app::ConversationStore &store, app::InferenceWorker &worker, app::ChatController &first, const WindowOptions &options);
    ~Windows() override;

    ChatWindow *first() const { return m_windows.front().window.get(); }
    ChatWindow *at(std::size_t index) const { return m_windows[index].window.get(); }
    std::size_t count() const { return m_windows.size(); }

    bool eventFilter(QObject *watched, QEvent *event) override;

public Q_SLOTS:
    void openAnother();

private Q_SLOTS:
    void followTray();

private:
    struct Open
    {
        std::unique_ptr<app::ChatController> own; ///< null for the first
        app::ChatController *controller = nullptr;
        std::unique_ptr<ChatWindow> window;
    };

    void add(Open open);
    void connectTo(app::ChatController &controller);
    void closeLater(const QWindow *window);

    app::ConversationStore &m_store;
    app::InferenceWorker &m_worker;
    WindowOptions m_options;
    std::vector<Open> m_windows; ///< the first one stays, hidden, until the program ends
};

} // namespace conclave::ui
