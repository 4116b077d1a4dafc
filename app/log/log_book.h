#pragma once

#include <QDateTime>
#include <QFile>
#include <QMutex>
#include <QObject>
#include <QString>
#include <QVector>

/// What the program says of itself while it runs: kept to be looked at, and written to `conclave.log` for after a crash.
/// It names files and devices, and nothing of what was asked or answered.
namespace conclave::app
{

struct LogLine
{
    QDateTime time;
    QtMsgType level = QtInfoMsg;
    QString text;
};

class LogBook : public QObject
{
    Q_OBJECT

public:
    /// Begins conclave.log in `folder`; that of the run before becomes conclave.log.1. Without a place to write, lines are kept all the
    /// same.
    explicit LogBook(const QString &folder);
    ~LogBook() override;

    /// From now on takes what Qt and the program warn of (qInfo, qWarning, …), and passes it on to whoever took it before. One at a time.
    void install();

    /// From any thread. Lines are cut at kMostLetters; the file ends at kMostBytes.
    void add(QtMsgType level, const QString &text);
    /// Latest last; at most kMostLines. From any thread.
    QVector<LogLine> lines() const;
    const QString &file() const { return m_path; }

    static constexpr int kMostLines = 1000;
    static constexpr int kMostLetters = 4000;
    static constexpr qint64 kMostBytes = 1024 * 1024;

Q_SIGNALS:
    void added(); ///< on the thread that the line came from

private:
    QString m_path;
    mutable QMutex m_mutex; ///< for what follows
    QFile m_out;
    QVector<LogLine> m_lines;
};

} // namespace conclave::app
