#include "ui/view_models/preferences.h"

#include "app/paths.h"

#include <QLocale>
#include <QVariantMap>

namespace conclave::ui
{

namespace
{

constexpr auto kLanguageKey = "language";
constexpr auto kNotifiesKey = "background/notifies";
constexpr auto kTrayKey = "background/staysInTray";
constexpr auto kTourKey = "tourTaken";
constexpr auto kFrameKey = "window/frame";
constexpr auto kMaximisedKey = "window/maximised";
constexpr auto kConversationKey = "window/conversation";

} // namespace

Preferences::Preferences(const QString &folder, QObject *parent)
    : QObject(parent), m_folder(folder), m_settings(app::settingsFile(folder), QSettings::IniFormat),
      m_electricity(app::electricityPrice(folder)), m_compute(app::computeChoice(folder))
{
    if (m_electricity.currency.isEmpty()) {
        m_electricity.currency = QLocale::system().currencySymbol(QLocale::CurrencyIsoCode);
    }
    m_language = m_settings.value(QLatin1String(kLanguageKey)).toString();
    m_notifies = m_settings.value(QLatin1String(kNotifiesKey), true).toBool();
    m_staysInTray = m_settings.value(QLatin1String(kTrayKey), false).toBool();
    m_tourTaken = m_settings.value(QLatin1String(kTourKey), false).toBool();
}

QVariantList Preferences::languages()
{
    const auto language = [](const char *code, const QString &name) {
        return QVariantMap{{QStringLiteral("code"), QString::fromLatin1(code)}, {QStringLiteral("name"), name}};
    };
    return {language("en", QStringLiteral("English")), language("de", QStringLiteral("Deutsch")),
            language("zh_CN", QStringLiteral("简体中文"))};
}

void Preferences::setLanguage(const QString &language)
{
    if (language == m_language) {
        return;
    }
    m_language = language;
    m_settings.setValue(QLatin1String(kLanguageKey), language);
    Q_EMIT languageChanged();
}

void Preferences::setNotifies(bool notifies)
{
    if (notifies != m_notifies) {
        m_notifies = notifies;
        m_settings.setValue(QLatin1String(kNotifiesKey), notifies);
        Q_EMIT notifiesChanged();
    }
}

void Preferences::setStaysInTray(bool stays)
{
    if (stays != m_staysInTray) {
        m_staysInTray = stays;
        m_settings.setValue(QLatin1String(kTrayKey), stays);
        Q_EMIT staysInTrayChanged();
    }
}

QString Preferences::electricityPrice() const
{
    return m_electricity.known() ? QLocale().toString(m_electricity.perKilowattHour, 'g', 6) : QString();
}

void Preferences::setElectricityPrice(const QString &price)
{
    const QString text = price.trimmed();
    bool ok = text.isEmpty();
    double value = ok ? 0 : QLocale().toDouble(text, &ok);
    if (!ok) {
        value = text.toDouble(&ok); // with a point, whatever the language
    }
    if (ok && value >= 0 && value <= app::kDearestElectricity) {
        m_electricity.perKilowattHour = value;
        keepElectricity();
    }
    Q_EMIT electricityChanged(); // what was not taken goes from the field
}

void Preferences::setCurrency(const QString &currency)
{
    m_electricity.currency = currency.trimmed();
    keepElectricity();
    Q_EMIT electricityChanged();
}

void Preferences::keepElectricity()
{
    app::setElectricityPrice(m_folder, m_electricity);
    m_electricity = app::electricityPrice(m_folder); // as it was kept
}

void Preferences::setDevice(const QString &device)
{
    keepCompute({device, m_compute.cardLayers, m_compute.cards});
}

void Preferences::setCardLayers(const QString &layers)
{
    const QString text = layers.trimmed();
    bool ok = text.isEmpty();
    const int count = ok ? -1 : text.toInt(&ok);
    if (ok && (text.isEmpty() || (count >= 0 && count <= app::kMostCardLayers)))
        keepCompute({m_compute.device, count, m_compute.cards});
    else
        Q_EMIT computeChanged(); // what was not taken goes from the field
}

void Preferences::setCards(const QString &cards)
{
    QString text = cards;
    text.remove(QLatin1Char(' '));
    if (text.isEmpty() || app::namesCards(text))
        keepCompute({m_compute.device, m_compute.cardLayers, text});
    else
        Q_EMIT computeChanged();
}

void Preferences::keepCompute(const app::ComputeChoice &choice)
{
    app::setComputeChoice(m_folder, choice);
    m_compute = app::computeChoice(m_folder); // as it was kept
    Q_EMIT computeChanged();
}

void Preferences::setTourTaken(bool taken)
{
    if (taken != m_tourTaken) {
        m_tourTaken = taken;
        m_settings.setValue(QLatin1String(kTourKey), taken);
        Q_EMIT tourTakenChanged();
    }
}

Preferences::Place Preferences::place() const
{
    return {m_settings.value(QLatin1String(kFrameKey)).toRect(), m_settings.value(QLatin1String(kMaximisedKey), false).toBool()};
}

void Preferences::keepPlace(const Place &place)
{
    m_settings.setValue(QLatin1String(kFrameKey), place.frame);
    m_settings.setValue(QLatin1String(kMaximisedKey), place.maximised);
}

qint64 Preferences::conversation() const
{
    return m_settings.value(QLatin1String(kConversationKey), 0).toLongLong();
}

void Preferences::keepConversation(qint64 conversation)
{
    m_settings.setValue(QLatin1String(kConversationKey), conversation);
}

} // namespace conclave::ui
