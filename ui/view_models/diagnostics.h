#pragma once

#include "app/chat_controller.h"
#include "app/log/log_book.h"

#include <QObject>
#include <QTimer>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

/// What stands behind a failure: the log of this run, and a report to be copied. GUI thread only.
namespace conclave::ui
{

class Diagnostics : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by ChatWindow")
    Q_PROPERTY(QVariantList lines READ lines NOTIFY linesChanged) ///< of {"time", "text", "severe"}, latest last
    Q_PROPERTY(QString logFile READ logFile CONSTANT)             ///< empty: none is written
    Q_PROPERTY(QString program READ program CONSTANT)             ///< name and version

public:
    /// `log` may be null: then there are no lines.
    Diagnostics(app::ChatController &controller, app::LogBook *log, QObject *parent = nullptr);

    QVariantList lines() const;
    QString logFile() const;
    QString program() const;
    /// Ready to be sent to whoever mends the program.
    Q_INVOKABLE QString report(const QString &problem) const;

Q_SIGNALS:
    void linesChanged();

private:
    app::ChatController &m_controller;
    app::LogBook *m_log;
    QTimer m_later; ///< many lines at once are shown once
};

} // namespace conclave::ui
