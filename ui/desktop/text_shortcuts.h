#pragma once

#include <QKeyEvent>
#include <QQuickItem>
#include <QQuickWindow>

/// Keys of the program reach it although text that can only be read has the keyboard: the TextEdit of Qt 6.4 takes every key for its own
/// then, and after a click on an answer no shortcut would work.
namespace conclave::ui
{

/// An event filter of `window`, and its child.
class TextShortcuts : public QObject
{
public:
    explicit TextShortcuts(QQuickWindow &window) : QObject(&window), m_window(window) { window.installEventFilter(this); }

protected:
    bool eventFilter(QObject * /*watched*/, QEvent *event) override
    {
        if (event->type() != QEvent::ShortcutOverride)
            return false;
        const QQuickItem *item = m_window.activeFocusItem();
        const auto *key = static_cast<QKeyEvent *>(event);
        const bool own = key->matches(QKeySequence::Copy) || key->matches(QKeySequence::SelectAll);
        if (own || !item || !item->inherits("QQuickTextEdit") || !item->property("readOnly").toBool())
            return false;
        event->ignore();
        return true;
    }

private:
    QQuickWindow &m_window;
};

} // namespace conclave::ui
