#pragma once

#include "app/inference/inference_worker.h"
#include "engine/api/forecast.h"

#include <QDateTime>
#include <QObject>
#include <QThreadPool>
#include <QVector>

#include <optional>

/// What was forecast of a model beside what came true, answer by answer. GUI thread only; kept in forecasts.json.
namespace conclave::app
{

struct ForecastOutcome
{
    QDateTime time;
    QString file;
    QString name;
    int promptTokens = 0;
    int generatedTokens = 0;
    quint64 forecastBytes = 0; ///< of memory that the model takes, all its weights read once
    quint64 bytes = 0;         ///< what the program grew by
    double forecastSpeed = 0;  ///< tokens a second; 0: this machine was not measured yet
    double speed = 0;
    bool operator==(const ForecastOutcome &) const = default;
};

class ForecastLog : public QObject
{
    Q_OBJECT

public:
    explicit ForecastLog(const QString &folder, QObject *parent = nullptr);
    ~ForecastLog() override;

    /// Hears what the worker loads and answers from now on.
    void follow(InferenceWorker &worker);

    const QVector<ForecastOutcome> &outcomes() const { return m_outcomes; } ///< latest last
    /// The latest of a model file; nullopt: it never answered.
    std::optional<ForecastOutcome> latest(const QString &file) const;

    static constexpr int kMostKept = 200;
    static constexpr int kLeastTokens = 8; ///< shorter answers say nothing of speed

Q_SIGNALS:
    void changed();

private:
    void takeModel(const ModelStatus &status);
    void takeAnswer(const AnswerEnd &end);
    void save() const;

    QString m_folder;
    QVector<ForecastOutcome> m_outcomes;
    quint64 m_before; ///< resident memory without a model
    QString m_model;
    std::optional<engine::ModelFootprint> m_footprint; ///< of m_model, once it is known
    QThreadPool m_pool;                                ///< last
};

} // namespace conclave::app
