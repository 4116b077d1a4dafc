#include "ui/desktop/background_news.h"

#include <algorithm>

namespace conclave::ui
{

namespace
{

constexpr int kMostLetters = 160;

}

BackgroundNews::BackgroundNews(app::ChatController &controller, const Preferences &preferences, QWindow &window)
    : m_controller(controller), m_preferences(preferences), m_window(window)
{
    connect(&controller, &app::ChatController::answered, this, &BackgroundNews::tell);
    connect(&m_notifier, &Notifier::clicked, this, [this] { Q_EMIT opened(m_conversation); });
}

void BackgroundNews::tell(const app::StoredMessage &answer)
{
    if (m_window.isActive() || answer.state == app::MessageState::kStopped) {
        return;
    }
    m_window.alert(0);
    if (!m_preferences.notifies()) {
        return;
    }
    m_conversation = answer.conversation;
    const QVector<app::Conversation> all = m_controller.conversations();
    const auto found = std::find_if(all.begin(), all.end(), [&](const app::Conversation &one) { return one.id == answer.conversation; });
    const QString title = found == all.end() ? QStringLiteral("Conclave") : found->title;
    QString words = answer.state == app::MessageState::kFailed ? tr("The answer was broken off.") : answer.text.simplified();
    if (words.size() > kMostLetters) {
        words = words.left(kMostLetters).trimmed() + u'…';
    }
    m_notifier.notify(title, words);
    Q_EMIT told(title, words);
}

} // namespace conclave::ui
