#pragma once

#include "app/library/forecast.h"
#include "app/library/forecast_log.h"

#include <QObject>
#include <QThreadPool>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

/// What loading the chosen model would mean, and what came true the last time. GUI thread only; files are read and the machine is
/// measured on a thread of its own.
namespace conclave::ui
{

class ForecastModel : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by LibraryViewModel")
    Q_PROPERTY(bool ready READ ready NOTIFY changed)
    Q_PROPERTY(bool working READ working NOTIFY changed)   ///< a header is read, or the machine is measured
    Q_PROPERTY(bool measured READ measured NOTIFY changed) ///< speeds are known
    Q_PROPERTY(bool runs READ runs NOTIFY changed)
    Q_PROPERTY(QString verdict READ verdict NOTIFY changed)
    Q_PROPERTY(QString reason READ reason NOTIFY changed)
    Q_PROPERTY(QStringList remedies READ remedies NOTIFY changed)
    Q_PROPERTY(QString memoryText READ memoryText NOTIFY changed)
    Q_PROPERTY(double memoryShare READ memoryShare NOTIFY changed) ///< of what this machine has for it; above 1: too much
    Q_PROPERTY(QVariantList parts READ parts NOTIFY changed)       ///< of {"name", "place", "size", "share", "onDisk", "index"}
    Q_PROPERTY(QString answerSpeed READ answerSpeed NOTIFY changed)
    Q_PROPERTY(QString promptSpeed READ promptSpeed NOTIFY changed)
    Q_PROPERTY(QString longestContext READ longestContext NOTIFY changed)
    Q_PROPERTY(QString outcome READ outcome NOTIFY changed) ///< the last answer beside its forecast; empty: there was none
    Q_PROPERTY(int contextTokens READ contextTokens WRITE setContextTokens NOTIFY changed)
    Q_PROPERTY(int mostContext READ mostContext NOTIFY changed) ///< of the model

public:
    ForecastModel(const QString &folder, app::ForecastLog &log, QObject *parent = nullptr);
    ~ForecastModel() override;

    /// Tells of another model; empty: of none.
    void choose(const QString &file);
    /// Makes the forecast anew.
    void refresh() { work(false); }
    /// Takes a second or two of the whole machine; once for each type of weights.
    Q_INVOKABLE void measure();

    bool ready() const { return m_ready; }
    bool working() const { return m_working; }
    bool measured() const { return m_forecast.tokensPerSecond > 0; }
    bool runs() const { return m_forecast.verdict == app::ModelForecast::Verdict::kRuns; }
    QString verdict() const;
    QString reason() const { return m_forecast.reason; }
    QStringList remedies() const { return m_forecast.remedies; }
    QString memoryText() const;
    double memoryShare() const;
    QVariantList parts() const;
    QString answerSpeed() const;
    QString promptSpeed() const;
    QString longestContext() const;
    QString outcome() const;
    int contextTokens() const { return m_contextTokens; }
    void setContextTokens(int tokens);
    int mostContext() const { return m_forecast.footprint.model.contextTokens; }

Q_SIGNALS:
    void changed();

private:
    void work(bool measureToo);
    void take(const QString &file, const app::ModelForecast &forecast);

    QString m_folder;
    app::ForecastLog &m_log;
    QString m_file;
    int m_contextTokens = 8192;
    bool m_ready = false;
    bool m_working = false;
    app::ModelForecast m_forecast;
    QThreadPool m_pool; ///< last: its thread ends before anything it uses
};

} // namespace conclave::ui
