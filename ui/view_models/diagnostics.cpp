#include "ui/view_models/diagnostics.h"

#include "app/log/problem_report.h"

#include <QDir>

namespace conclave::ui
{

namespace
{

constexpr int kShowMilliseconds = 200;

}

Diagnostics::Diagnostics(app::ChatController &controller, app::LogBook *log, QObject *parent)
    : QObject(parent), m_controller(controller), m_log(log)
{
    m_later.setSingleShot(true);
    m_later.setInterval(kShowMilliseconds);
    connect(&m_later, &QTimer::timeout, this, &Diagnostics::linesChanged);
    if (log) {
        connect(log, &app::LogBook::added, &m_later, qOverload<>(&QTimer::start), Qt::QueuedConnection);
    }
}

QVariantList Diagnostics::lines() const
{
    QVariantList out;
    const QVector<app::LogLine> lines = m_log ? m_log->lines() : QVector<app::LogLine>();
    for (const app::LogLine &line : lines) {
        out.append(QVariantMap{{QStringLiteral("time"), line.time.toString(QStringLiteral("HH:mm:ss"))},
                               {QStringLiteral("text"), line.text},
                               {QStringLiteral("severe"), line.level != QtInfoMsg && line.level != QtDebugMsg}});
    }
    return out;
}

QString Diagnostics::logFile() const
{
    return m_log ? QDir::toNativeSeparators(m_log->file()) : QString();
}

QString Diagnostics::program() const
{
    return QStringLiteral("Conclave ") + QStringLiteral(CONCLAVE_VERSION);
}

QString Diagnostics::report(const QString &problem) const
{
    return app::problemReport(problem, m_controller.model(), m_log ? m_log->lines() : QVector<app::LogLine>());
}

} // namespace conclave::ui
