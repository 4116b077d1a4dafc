#pragma once

#include "ui/view_models/preferences.h"

#include <QLocale>
#include <QObject>
#include <QTranslator>

/// The language of the interface's texts and numbers, changed while it runs. GUI thread only.
namespace conclave::ui
{

class Language : public QObject
{
    Q_OBJECT

public:
    /// `system`: used as long as nothing else is chosen.
    Language(Preferences &preferences, const QLocale &system, QObject *parent = nullptr);

Q_SIGNALS:
    void changed(); ///< texts are to be asked for again

private:
    void use();

    Preferences &m_preferences;
    QLocale m_system;
    QTranslator m_translator;
};

/// Tells whoever looks at `object` to read all its properties again, and all rows if it is a list: their words have changed.
void readAgain(QObject &object);

} // namespace conclave::ui
