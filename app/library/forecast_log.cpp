#include "app/library/forecast_log.h"

#include "app/library/forecast.h"
#include "app/library/json_file.h"
#include "app/library/machine_store.h"
#include "app/library/model_entry.h"
#include "app/library/trial_store.h"
#include "app/text_of.h"
#include "engine/base/process_memory.h"

#include <QJsonArray>

#include <algorithm>

namespace conclave::app
{
namespace
{

QString logFile(const QString &folder)
{
    return folder + QStringLiteral("/forecasts.json");
}

QJsonObject toJson(const ForecastOutcome &outcome)
{
    return {{"time", outcome.time.toString(Qt::ISODate)},
            {"file", outcome.file},
            {"name", outcome.name},
            {"promptTokens", outcome.promptTokens},
            {"generatedTokens", outcome.generatedTokens},
            {"forecastBytes", double(outcome.forecastBytes)},
            {"bytes", double(outcome.bytes)},
            {"forecastSpeed", outcome.forecastSpeed},
            {"speed", outcome.speed}};
}

ForecastOutcome outcomeOf(const QJsonObject &json)
{
    const auto number = [&](const char *key) { return std::max(0.0, json.value(QLatin1String(key)).toDouble()); };
    return {QDateTime::fromString(json.value(QStringLiteral("time")).toString(), Qt::ISODate),
            json.value(QStringLiteral("file")).toString(),
            json.value(QStringLiteral("name")).toString(),
            int(number("promptTokens")),
            int(number("generatedTokens")),
            quint64(number("forecastBytes")),
            quint64(number("bytes")),
            number("forecastSpeed"),
            number("speed")};
}

} // namespace

ForecastLog::ForecastLog(const QString &folder, QObject *parent)
    : QObject(parent), m_folder(folder), m_before(engine::residentMemoryBytes())
{
    m_pool.setMaxThreadCount(1);
    for (const QJsonValue &value : readJsonFile(logFile(folder)).value(QStringLiteral("outcomes")).toArray()) {
        const ForecastOutcome outcome = outcomeOf(value.toObject());
        if (!outcome.file.isEmpty() && outcome.time.isValid())
            m_outcomes.append(outcome);
    }
}

ForecastLog::~ForecastLog()
{
    m_pool.waitForDone();
}

void ForecastLog::follow(InferenceWorker &worker)
{
    connect(&worker, &InferenceWorker::modelChanged, this, &ForecastLog::takeModel);
    connect(&worker, &InferenceWorker::answerEnded, this, &ForecastLog::takeAnswer);
}

void ForecastLog::takeModel(const ModelStatus &status)
{
    if (status.loading || !status.loaded || spelled(status.file) == m_model)
        return;
    m_model = spelled(status.file);
    m_footprint.reset();
    m_pool.start([this, file = m_model] {
        auto footprint = engine::modelFootprint(std::filesystem::path(file.toStdU16String()));
        if (!footprint)
            return;
        QMetaObject::invokeMethod(this, [this, file, footprint = std::move(*footprint)] {
            if (file == m_model)
                m_footprint = footprint;
        });
    });
}

void ForecastLog::takeAnswer(const AnswerEnd &end)
{
    const engine::Statistics &figures = end.statistics;
    if (end.failed || !m_footprint || figures.generatedTokens < kLeastTokens)
        return;
    const int tokens = figures.promptTokens + figures.generatedTokens;
    ForecastOutcome outcome;
    outcome.time = QDateTime::currentDateTime();
    outcome.file = m_model;
    outcome.name = textOf(m_footprint->model.name);
    outcome.promptTokens = figures.promptTokens;
    outcome.generatedTokens = figures.generatedTokens;
    outcome.forecastBytes = m_footprint->mappedBytes() + m_footprint->ownBytes(0) - m_footprint->contextBytes(0) +
                            m_footprint->grownContextBytes(figures.promptTokens, tokens);
    if (figures.imagesEncoded == 0)
        outcome.forecastBytes -= m_footprint->pictureBytes + m_footprint->projectorBytes;
    outcome.bytes = figures.memoryBytes > m_before ? figures.memoryBytes - m_before : 0;
    const MachineStore machine(m_folder);
    DiskReads reads;
    if (figures.expertTraffic.called > 0) { // experts came from disk, as was forecast before loading
        const quint64 budget = usualBudget(machine.speed().memoryBytes, machine.speed().limitBytes);
        const quint64 missing = outcome.forecastBytes > budget ? outcome.forecastBytes - budget : 0;
        reads = diskReads(*m_footprint, missing, TrialStore(m_folder).find(m_model));
        outcome.forecastBytes = heldBytes(*m_footprint, outcome.forecastBytes, reads);
    }
    const ModelPace pace(*m_footprint, machine.speed(), reads, machine.disk(*m_footprint));
    const double seconds = pace.answerSeconds(tokens - figures.generatedTokens / 2);
    outcome.forecastSpeed = seconds > 0 ? 1 / seconds : 0;
    outcome.speed = figures.decodeRate();
    m_outcomes.append(outcome);
    if (m_outcomes.size() > kMostKept)
        m_outcomes.removeFirst();
    save();
    Q_EMIT changed();
}

std::optional<ForecastOutcome> ForecastLog::latest(const QString &file) const
{
    const auto found = std::find_if(m_outcomes.crbegin(), m_outcomes.crend(),
                                    [path = spelled(file)](const ForecastOutcome &outcome) { return outcome.file == path; });
    return found == m_outcomes.crend() ? std::nullopt : std::optional(*found);
}

void ForecastLog::save() const
{
    QJsonArray outcomes;
    for (const ForecastOutcome &outcome : m_outcomes)
        outcomes.append(toJson(outcome));
    const auto written = writeJsonFile(logFile(m_folder), {{"outcomes", outcomes}});
    if (!written)
        qWarning("conclave: %s", written.error().message.c_str());
}

} // namespace conclave::app
