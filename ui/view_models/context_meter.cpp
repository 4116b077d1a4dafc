#include "ui/view_models/context_meter.h"

#include <QLocale>

#include <numeric>

namespace conclave::ui
{

using app::ChatController;

ContextMeter::ContextMeter(ChatController &controller, DraftAttachments &attachments, QObject *parent)
    : QObject(parent), m_controller(controller), m_attachments(attachments)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kMilliseconds);
    connect(&m_timer, &QTimer::timeout, this, &ContextMeter::measure);
    connect(&attachments, &DraftAttachments::contentChanged, this, &ContextMeter::stale);
    connect(&controller, &ChatController::measured, this, &ContextMeter::take);
    connect(&controller, &ChatController::messagesReset, this, &ContextMeter::forget);
    connect(&controller, &ChatController::messageAdded, this, &ContextMeter::stale);
    connect(&controller, &ChatController::toldFromChanged, this, &ContextMeter::stale);
    connect(&controller, &ChatController::settingsChanged, this, &ContextMeter::stale);
    connect(&controller, &ChatController::modelChanged, this, &ContextMeter::forget);
    connect(&controller, &ChatController::stateChanged, this, [this] {
        if (m_controller.state() == app::ChatState::kIdle) { // an answer came to its end and is history now
            stale();
        }
    });
}

void ContextMeter::setText(const QString &text)
{
    if (text != m_text) {
        m_text = text;
        stale();
    }
}

void ContextMeter::stale()
{
    if (m_known) {
        m_known = false;
        Q_EMIT changed();
    }
    m_timer.start();
}

/// What was counted belongs to another conversation or model.
void ContextMeter::forget()
{
    m_use = {};
    m_known = false;
    Q_EMIT changed();
    stale();
}

bool ContextMeter::surelyFits(const QString &text) const
{
    constexpr qint64 kTemplate = 256;   // what a template adds
    constexpr qint64 kPicture = 16'384; // the most that a picture may take
    const app::DraftTurn turn = m_attachments.measured(text);
    qint64 most = m_use.total + text.toUtf8().size() + kTemplate + app::ContextUse::kLeastAnswer + kPicture * turn.images.size();
    for (const app::StoredDocument &document : turn.documents) {
        most += document.text.toUtf8().size();
    }
    const bool counted = m_use.capacity > 0 || m_controller.messages().isEmpty();
    return counted && most <= m_controller.model().contextTokens;
}

void ContextMeter::measure()
{
    m_timer.stop();
    m_controller.measure(m_attachments.measured(m_text));
}

void ContextMeter::take(const app::ContextUse &use)
{
    if (m_timer.isActive()) {
        return; // something changed while it was counted
    }
    m_use = use;
    m_known = true; // an error is told by the engine when it is asked
    if (use.error.isEmpty()) {
        m_attachments.setCosts(use);
    }
    Q_EMIT changed();
}

int ContextMeter::attachments() const
{
    return std::accumulate(m_use.documents.begin(), m_use.documents.end(), 0) +
           std::accumulate(m_use.images.begin(), m_use.images.end(), 0);
}

QString ContextMeter::problem() const
{
    const QLocale locale;
    return tr("This does not fit: it takes %1 tokens, and the model holds %2 with an answer of at least %3. Nothing is left out unless you "
              "say so.")
        .arg(locale.toString(m_use.total), locale.toString(m_use.capacity), locale.toString(app::ContextUse::kLeastAnswer));
}

/// Doubled until there is room for an answer of a quarter of it, at most what the model was made for.
int ContextMeter::larger() const
{
    qint64 tokens = qMax(1, m_use.capacity);
    while (tokens < m_use.largest && (tokens * 3 / 4 < m_use.total || m_use.total + app::ContextUse::kLeastAnswer > tokens)) {
        tokens *= 2;
    }
    tokens = qMin<qint64>(tokens, m_use.largest);
    return tokens > m_use.capacity && m_use.total + app::ContextUse::kLeastAnswer <= tokens ? static_cast<int>(tokens) : 0;
}

QString ContextMeter::words() const
{
    return m_use.capacity > 0 ? tr("%1 of %2 tokens").arg(QLocale().toString(m_use.total), QLocale().toString(m_use.capacity)) : QString();
}

QString ContextMeter::details() const
{
    const QLocale locale;
    const int question = qMax(0, m_use.total - m_use.history - attachments());
    QStringList lines{tr("Question: %1").arg(locale.toString(question)), tr("Attachments: %1").arg(locale.toString(attachments())),
                      tr("Said before: %1").arg(locale.toString(m_use.history)),
                      tr("Left for the answer: %1").arg(locale.toString(qMax(0, m_use.room())))};
    return lines.join(u'\n');
}

} // namespace conclave::ui
