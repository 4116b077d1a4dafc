#include "app/log/log_book.h"

#include <QDir>
#include <QMutexLocker>

#include <atomic>

namespace conclave::app
{
namespace
{

/// Qt's message handler is a plain function: it has nothing else to find the book by.
std::atomic<LogBook *> installed{nullptr};
std::atomic<QtMessageHandler> before{nullptr};

void takeMessage(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    if (LogBook *book = installed.load())
        book->add(type, text);
    if (const QtMessageHandler next = before.load())
        next(type, context, text);
}

const char *levelWord(QtMsgType level)
{
    switch (level) {
    case QtWarningMsg:
        return "warning";
    case QtCriticalMsg:
    case QtFatalMsg:
        return "error";
    default:
        return "info";
    }
}

} // namespace

LogBook::LogBook(const QString &folder) : m_path(folder + QStringLiteral("/conclave.log")), m_out(m_path)
{
    QDir().mkpath(folder);
    QFile::remove(m_path + QStringLiteral(".1"));
    QFile::rename(m_path, m_path + QStringLiteral(".1"));
    if (!m_out.open(QIODevice::WriteOnly | QIODevice::Append))
        m_out.close();
}

LogBook::~LogBook()
{
    LogBook *own = this;
    if (installed.compare_exchange_strong(own, nullptr))
        qInstallMessageHandler(before.exchange(nullptr));
}

void LogBook::install()
{
    installed = this;
    before = qInstallMessageHandler(takeMessage);
}

void LogBook::add(QtMsgType level, const QString &text)
{
    const LogLine line{QDateTime::currentDateTime(), level, text.left(kMostLetters)};
    {
        const QMutexLocker lock(&m_mutex);
        m_lines.append(line);
        if (m_lines.size() > kMostLines)
            m_lines.removeFirst();
        if (m_out.isOpen() && m_out.size() < kMostBytes) {
            m_out.write(
                (line.time.toString(Qt::ISODateWithMs) + u' ' + QLatin1String(levelWord(level)) + u' ' + line.text + u'\n').toUtf8());
            m_out.flush();
        }
    }
    Q_EMIT added();
}

QVector<LogLine> LogBook::lines() const
{
    const QMutexLocker lock(&m_mutex);
    return m_lines;
}

} // namespace conclave::app
