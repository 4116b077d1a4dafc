#include "ui/desktop/language.h"

#include <QAbstractItemModel>
#include <QCoreApplication>
#include <QMetaProperty>

namespace conclave::ui
{

Language::Language(Preferences &preferences, const QLocale &system, QObject *parent)
    : QObject(parent), m_preferences(preferences), m_system(system)
{
    use();
    connect(&preferences, &Preferences::languageChanged, this, [this] {
        use();
        Q_EMIT changed();
    });
}

/// Without a translation the texts are English; numbers follow the locale all the same, as the texts around them.
void Language::use()
{
    const QLocale locale = m_preferences.language().isEmpty() ? m_system : QLocale(m_preferences.language());
    QLocale::setDefault(locale);
    QCoreApplication::removeTranslator(&m_translator);
    if (m_translator.load(locale, QStringLiteral("conclave"), QStringLiteral("_"), QStringLiteral(":/i18n"))) {
        QCoreApplication::installTranslator(&m_translator);
    }
}

void readAgain(QObject &object)
{
    const QMetaObject &type = *object.metaObject();
    for (int i = QObject::staticMetaObject.propertyCount(); i < type.propertyCount(); ++i) {
        const QMetaMethod notify = type.property(i).notifySignal();
        if (notify.isValid() && notify.parameterCount() == 0) {
            notify.invoke(&object, Qt::DirectConnection);
        }
    }
    if (auto *list = qobject_cast<QAbstractItemModel *>(&object); list && list->rowCount() > 0) {
        Q_EMIT list->dataChanged(list->index(0, 0), list->index(list->rowCount() - 1, 0));
    }
}

} // namespace conclave::ui
