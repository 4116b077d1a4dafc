#pragma once

#include "app/chat/electricity.h"
#include "app/inference/compute_choice.h"

#include <QObject>
#include <QRect>
#include <QSettings>
#include <QtQml/qqmlregistration.h>

/// How the program behaves, and how it was left; kept in `settings.ini` of the data folder. GUI thread only.
namespace conclave::ui
{

class Preferences : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatWindow")
    Q_PROPERTY(QString language READ language WRITE setLanguage NOTIFY languageChanged)
    Q_PROPERTY(QVariantList languages READ languages CONSTANT) ///< of {"code", "name"}, each in its own words
    Q_PROPERTY(bool notifies READ notifies WRITE setNotifies NOTIFY notifiesChanged)
    Q_PROPERTY(bool staysInTray READ staysInTray WRITE setStaysInTray NOTIFY staysInTrayChanged)
    Q_PROPERTY(QString electricityPrice READ electricityPrice WRITE setElectricityPrice NOTIFY electricityChanged)
    Q_PROPERTY(QString currency READ currency WRITE setCurrency NOTIFY electricityChanged)
    Q_PROPERTY(QString device READ device WRITE setDevice NOTIFY computeChanged)
    Q_PROPERTY(QString cards READ cards WRITE setCards NOTIFY computeChanged)
    Q_PROPERTY(QString cardLayers READ cardLayers WRITE setCardLayers NOTIFY computeChanged)
    Q_PROPERTY(bool tourTaken READ tourTaken WRITE setTourTaken NOTIFY tourTakenChanged)

public:
    explicit Preferences(const QString &folder, QObject *parent = nullptr);

    /// "en", "de", "zh_CN"; empty: the system's.
    QString language() const { return m_language; }
    void setLanguage(const QString &language);
    static QVariantList languages();
    /// Whether it is said that an answer has ended while the window was not in front.
    bool notifies() const { return m_notifies; }
    void setNotifies(bool notifies);
    /// Whether closing the window leaves the program in the tray.
    bool staysInTray() const { return m_staysInTray; }
    void setStaysInTray(bool stays);
    /// Of a kilowatt-hour, as the user writes numbers; empty: never said. What is no price is not taken.
    QString electricityPrice() const;
    void setElectricityPrice(const QString &price);
    /// "EUR"; until it is said that of the system's country.
    QString currency() const { return m_electricity.currency; }
    void setCurrency(const QString &currency);
    /// "cpu", "cuda" or "vulkan"; from the next model on.
    QString device() const { return m_compute.device; }
    void setDevice(const QString &device);
    /// Layers that are to lie on the card; empty: as many as fit. What is no number is not taken.
    QString cardLayers() const { return m_compute.cardLayers < 0 ? QString() : QString::number(m_compute.cardLayers); }
    void setCardLayers(const QString &layers);
    /// Cards that compute, "1,0"; empty: as many as are needed. What names none is not taken.
    QString cards() const { return m_compute.cards; }
    void setCards(const QString &cards);
    bool tourTaken() const { return m_tourTaken; }
    void setTourTaken(bool taken);

    struct Place
    {
        QRect frame; ///< null: never kept
        bool maximised = false;
    };
    Place place() const;
    void keepPlace(const Place &place);
    qint64 conversation() const; ///< that was open last; 0: a new one
    void keepConversation(qint64 conversation);

Q_SIGNALS:
    void languageChanged();
    void notifiesChanged();
    void staysInTrayChanged();
    void electricityChanged();
    void computeChanged();
    void tourTakenChanged();

private:
    void keepElectricity();
    void keepCompute(const app::ComputeChoice &choice);

    QString m_folder;
    QSettings m_settings;
    app::ElectricityPrice m_electricity;
    app::ComputeChoice m_compute;
    QString m_language;
    bool m_notifies = true;
    bool m_staysInTray = false;
    bool m_tourTaken = false;
};

} // namespace conclave::ui
