#pragma once

#include "ui/view_models/preferences.h"

#include <QObject>
#include <QWindow>

/// Puts a window where it was left, and remembers where it is left. GUI thread only.
namespace conclave::ui
{

class WindowKeeper : public QObject
{
    Q_OBJECT

public:
    /// Both outlive the keeper. Shows the window; never where no screen is.
    WindowKeeper(QWindow &window, Preferences &preferences);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void keep();

    QWindow &m_window;
    Preferences &m_preferences;
};

} // namespace conclave::ui
