#pragma once

#include "app/chat_controller.h"
#include "ui/desktop/notifier.h"
#include "ui/view_models/preferences.h"

#include <QObject>
#include <QWindow>

/// Tells a user who is looking elsewhere that an answer has ended. GUI thread only.
namespace conclave::ui
{

class BackgroundNews : public QObject
{
    Q_OBJECT

public:
    /// All outlive it.
    BackgroundNews(app::ChatController &controller, const Preferences &preferences, QWindow &window);

Q_SIGNALS:
    void told(const QString &title, const QString &words);
    void opened(qint64 conversation); ///< the user wants to see it

private:
    void tell(const app::StoredMessage &answer);

    app::ChatController &m_controller;
    const Preferences &m_preferences;
    QWindow &m_window;
    Notifier m_notifier;
    qint64 m_conversation = 0;
};

} // namespace conclave::ui
