#include "ui/view_models/forecast_model.h"

#include "app/library/machine_store.h"
#include "app/library/trial_store.h"
#include "ui/view_models/model_list_model.h"

#include <QLocale>

#include <algorithm>
#include <filesystem>

namespace conclave::ui
{

using Verdict = app::ModelForecast::Verdict;

namespace
{

QString rateText(double rate)
{
    return rate > 0 ? ForecastModel::tr("%1 tokens/s").arg(QLocale().toString(rate, 'f', rate < 10 ? 1 : 0)) : QString();
}

/// On the pool's thread.
app::ModelForecast forecastFor(const QString &folder, const QString &file, int contextTokens, bool measure)
{
    const std::filesystem::path path(file.toStdU16String());
    const auto footprint = engine::modelFootprint(path);
    if (!footprint) {
        return app::refusedForecast(footprint.error());
    }
    app::MachineStore machine(folder);
    app::TrialStore trials(folder);
    app::ForecastRequest request;
    request.contextTokens = contextTokens;
    if (measure) {
        if (const auto learnt = machine.learn(engine::needsOf(*footprint, path)); !learnt) {
            qWarning("conclave: %s", learnt.error().message.c_str());
        }
        if (app::forecastOf(*footprint, machine.speed(), request).verdict != Verdict::kRuns) {
            machine.learnDisk(file, *footprint);
            if (auto tried = trials.learn(file, *footprint)) {
                request.trial = std::move(*tried);
            } else if (footprint->expertCount > 0) {
                qWarning("conclave: %s", tried.error().message.c_str());
            }
        }
    } else {
        request.trial = trials.find(file);
    }
    request.disk = machine.disk(*footprint);
    return app::forecastOf(*footprint, machine.speed(), request);
}

} // namespace

ForecastModel::ForecastModel(const QString &folder, app::ForecastLog &log, QObject *parent) : QObject(parent), m_folder(folder), m_log(log)
{
    m_pool.setMaxThreadCount(1);
    connect(&log, &app::ForecastLog::changed, this, &ForecastModel::changed);
}

ForecastModel::~ForecastModel()
{
    m_pool.clear();
    m_pool.waitForDone();
}

void ForecastModel::choose(const QString &file)
{
    if (file == m_file) {
        return;
    }
    m_file = file;
    m_ready = false;
    m_forecast = {};
    work(false);
}

void ForecastModel::measure()
{
    work(true);
}

void ForecastModel::setContextTokens(int tokens)
{
    if (tokens == m_contextTokens) {
        return;
    }
    m_contextTokens = tokens;
    work(false);
}

void ForecastModel::work(bool measureToo)
{
    m_working = !m_file.isEmpty();
    Q_EMIT changed();
    if (!m_working) {
        return;
    }
    m_pool.clear(); // what nobody waits for any more
    m_pool.start([this, folder = m_folder, file = m_file, tokens = m_contextTokens, measureToo] {
        const app::ModelForecast forecast = forecastFor(folder, file, tokens, measureToo);
        QMetaObject::invokeMethod(this, [this, file, forecast] { take(file, forecast); });
    });
}

void ForecastModel::take(const QString &file, const app::ModelForecast &forecast)
{
    if (file != m_file) {
        return;
    }
    m_forecast = forecast;
    m_ready = true;
    m_working = false;
    Q_EMIT changed();
}

QString ForecastModel::verdict() const
{
    switch (m_forecast.verdict) {
    case Verdict::kRuns:
        return tr("Runs on this machine");
    case Verdict::kSlow:
        return tr("Runs, but slowly");
    case Verdict::kTooLarge:
        return tr("Too large for this machine");
    case Verdict::kRefused:
        break;
    }
    return tr("Cannot be run");
}

QString ForecastModel::memoryText() const
{
    return m_forecast.verdict == Verdict::kRefused
               ? QString()
               : tr("%1 of %2").arg(gigabytesText(double(m_forecast.memoryBytes)), gigabytesText(double(m_forecast.budgetBytes)));
}

double ForecastModel::memoryShare() const
{
    return m_forecast.budgetBytes > 0 ? double(m_forecast.memoryBytes) / double(m_forecast.budgetBytes) : 0;
}

QVariantList ForecastModel::parts() const
{
    QVariantList out;
    const auto all = double(std::max(m_forecast.memoryBytes, m_forecast.budgetBytes));
    for (const app::ForecastPart &part : m_forecast.parts) {
        out.append(QVariantMap{{QStringLiteral("name"), app::partName(part.kind)},
                               {QStringLiteral("place"), app::placeName(part.place)},
                               {QStringLiteral("size"), gigabytesText(double(part.bytes))},
                               {QStringLiteral("share"), all > 0 ? double(part.bytes) / all : 0.0},
                               {QStringLiteral("onDisk"), part.place == app::ForecastPart::Place::kDisk},
                               {QStringLiteral("index"), int(part.kind)}});
    }
    return out;
}

QString ForecastModel::answerSpeed() const
{
    const QString near = rateText(m_forecast.tokensPerSecond);
    if (near.isEmpty() || m_forecast.fullTokensPerSecond <= 0) {
        return near;
    }
    return tr("%1; %2 at a full context").arg(near, rateText(m_forecast.fullTokensPerSecond));
}

QString ForecastModel::promptSpeed() const
{
    return rateText(m_forecast.promptPerSecond);
}

QString ForecastModel::longestContext() const
{
    return m_forecast.mostContext > 0 ? tr("%1 tokens").arg(QLocale().toString(m_forecast.mostContext)) : QString();
}

QString ForecastModel::outcome() const
{
    const auto latest = m_log.latest(m_file);
    if (!latest) {
        return {};
    }
    QStringList parts;
    if (latest->forecastSpeed > 0) {
        parts << tr("%1, forecast %2").arg(rateText(latest->speed), rateText(latest->forecastSpeed));
    } else {
        parts << rateText(latest->speed);
    }
    parts << tr("%1 of memory, forecast %2").arg(gigabytesText(double(latest->bytes)), gigabytesText(double(latest->forecastBytes)));
    return parts.join(QStringLiteral(" · "));
}

} // namespace conclave::ui
