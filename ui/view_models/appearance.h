#pragma once

#include <QObject>
#include <QSettings>
#include <QtQml/qqmlregistration.h>

/// What the user chose about looks, kept in `settings.ini` of the data folder. GUI thread only.
namespace conclave::ui
{

class Appearance : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatWindow")
    Q_PROPERTY(Mode mode READ mode WRITE setMode NOTIFY modeChanged)
    Q_PROPERTY(bool dark READ dark NOTIFY coloursChanged)
    Q_PROPERTY(bool contrast READ contrast NOTIFY coloursChanged)
    Q_PROPERTY(int textPercent READ textPercent WRITE setTextPercent NOTIFY textPercentChanged)
    Q_PROPERTY(QList<int> textSteps READ textSteps CONSTANT)
    Q_PROPERTY(bool compact READ compact WRITE setCompact NOTIFY compactChanged)
    Q_PROPERTY(bool sidebarOpen READ sidebarOpen WRITE setSidebarOpen NOTIFY sidebarOpenChanged)
    Q_PROPERTY(bool expertsOpen READ expertsOpen WRITE setExpertsOpen NOTIFY expertsOpenChanged)

public:
    enum Mode
    {
        System,
        Light,
        Dark,
        HighContrast,
    };
    Q_ENUM(Mode)

    explicit Appearance(const QString &folder, QObject *parent = nullptr);

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    /// True when the dark colours are to be shown: chosen, or the desktop's palette is dark.
    bool dark() const { return m_dark; }
    /// Black and white: chosen, or the desktop's palette is just that. Always dark, too.
    bool contrast() const { return m_contrast; }
    /// Of the usual size of text; one of textSteps().
    int textPercent() const { return m_textPercent; }
    void setTextPercent(int percent);
    static QList<int> textSteps() { return {90, 100, 110, 125, 150}; }
    /// Text larger (smaller) by so many steps.
    Q_INVOKABLE void changeText(int steps);
    /// Things are closer together.
    bool compact() const { return m_compact; }
    void setCompact(bool compact);
    bool sidebarOpen() const { return m_sidebarOpen; }
    void setSidebarOpen(bool open);
    /// Whether the panel of experts stands beside the conversation.
    bool expertsOpen() const { return m_expertsOpen; }
    void setExpertsOpen(bool open);

Q_SIGNALS:
    void modeChanged();
    void coloursChanged();
    void textPercentChanged();
    void compactChanged();
    void sidebarOpenChanged();
    void expertsOpenChanged();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void refreshColours();

    QSettings m_settings;
    Mode m_mode = System;
    bool m_dark = false;
    bool m_contrast = false;
    int m_textPercent = 100;
    bool m_compact = false;
    bool m_sidebarOpen = true;
    bool m_expertsOpen = false;
};

} // namespace conclave::ui
