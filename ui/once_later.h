#pragma once

#include <QMetaObject>
#include <QObject>

#include <functional>
#include <utility>

namespace conclave::ui
{

/// Work that is asked for several times in a row and done once, when control is back at the event loop. GUI thread only.
class OnceLater
{
public:
    /// A member of `owner`, whose end calls the work off.
    OnceLater(QObject *owner, std::function<void()> work) : m_owner(owner), m_work(std::move(work)) {}

    void ask()
    {
        if (std::exchange(m_asked, true))
            return;
        QMetaObject::invokeMethod(
            m_owner,
            [this] {
                m_asked = false;
                m_work();
            },
            Qt::QueuedConnection);
    }

private:
    QObject *m_owner;
    std::function<void()> m_work;
    bool m_asked = false;
};

} // namespace conclave::ui
