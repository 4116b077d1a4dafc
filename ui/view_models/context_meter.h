#pragma once

#include "ui/view_models/draft_attachments.h"

#include <QObject>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <algorithm>

/// How much of the model's context the question being written would take, counted by the model's own tokenizer a moment after each
/// change. GUI thread only.
namespace conclave::ui
{

class ContextMeter : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatViewModel")
    Q_PROPERTY(bool known READ known NOTIFY changed) ///< counted, for what stands there now
    Q_PROPERTY(bool fits READ fits NOTIFY changed)
    Q_PROPERTY(int total READ total NOTIFY changed)
    Q_PROPERTY(int capacity READ capacity NOTIFY changed)
    Q_PROPERTY(int history READ history NOTIFY changed)
    Q_PROPERTY(int attachments READ attachments NOTIFY changed)
    Q_PROPERTY(QString problem READ problem NOTIFY changed) ///< why it does not fit, for the user
    Q_PROPERTY(int leaveOut READ leaveOut NOTIFY changed)   ///< oldest turns without which it would fit; 0: that does not help
    Q_PROPERTY(int larger READ larger NOTIFY changed)       ///< context that the model could have and that would do; 0: none
    Q_PROPERTY(int longest READ longest NOTIFY changed)     ///< attachment that costs most; -1: none
    Q_PROPERTY(QString words READ words NOTIFY changed)     ///< "1,240 of 8,192 tokens"
    Q_PROPERTY(QString details READ details NOTIFY changed) ///< what they are made of

public:
    ContextMeter(app::ChatController &controller, DraftAttachments &attachments, QObject *parent = nullptr);

    bool known() const { return m_known; }
    bool fits() const { return m_use.capacity == 0 || m_use.fits(); } ///< as counted last
    int total() const { return m_use.total; }
    int capacity() const { return m_use.capacity; }
    int history() const { return m_use.history; }
    int attachments() const;
    QString problem() const;
    int leaveOut() const { return std::max(0, m_use.leaveOut); }
    int larger() const;
    int longest() const { return m_attachments.mostExpensive(); }
    QString words() const;
    QString details() const;
    const app::ContextUse &use() const { return m_use; }

    void setText(const QString &text);
    /// Whether `text` fits for certain without being counted: a token has at least one byte.
    bool surelyFits(const QString &text) const;
    void measure();

    static constexpr int kMilliseconds = 150; ///< after the last letter

Q_SIGNALS:
    void changed();

private:
    void stale();
    void forget();
    void take(const app::ContextUse &use);

    app::ChatController &m_controller;
    DraftAttachments &m_attachments;
    QTimer m_timer;
    QString m_text;
    app::ContextUse m_use;
    bool m_known = false;
};

} // namespace conclave::ui
